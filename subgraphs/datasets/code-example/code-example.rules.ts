import { textProblems } from '../../shared/input/text.js';
import type { CodeExampleUpdateInput } from '../generated/graphql.js';
import { listProblems, type ExampleRules } from '../training-example/training-example.rules.js';

/** The content of a code example: the fields that are not columns of the table. */
export interface CodeExampleContent {
  code: string;
  explanation: string | null;
  testCode: string | null;
  refactoredCode: string | null;
  securityIssues: string[];
}

export const codeExample: ExampleRules<CodeExampleUpdateInput> = {
  kind: 'CODE',
  entity: 'codeExample',
  problems: ({ code, language, codeType, explanation, testCode, refactoredCode, securityIssues }) => [
    ...textProblems(['input', 'code'], code, { max: 100_000 }),
    ...textProblems(['input', 'language'], language, { max: 50 }),
    ...textProblems(['input', 'codeType'], codeType, { max: 100 }),
    ...textProblems(['input', 'explanation'], explanation, { max: 100_000 }),
    ...textProblems(['input', 'testCode'], testCode, { max: 100_000 }),
    ...textProblems(['input', 'refactoredCode'], refactoredCode, { max: 100_000 }),
    ...listProblems(['input', 'securityIssues'], securityIssues),
  ],
  fieldsAfter: ({ code, language, codeType, explanation, testCode, refactoredCode, securityIssues }, before) => ({
    code: code ?? before.code,
    language: language?.toLowerCase() ?? before.language,
    codeType: codeType ?? before.codeType,
    explanation: explanation ?? before.explanation ?? null,
    testCode: testCode ?? before.testCode ?? null,
    refactoredCode: refactoredCode ?? before.refactoredCode ?? null,
    securityIssues: securityIssues ?? before.securityIssues ?? [],
  }),
};
