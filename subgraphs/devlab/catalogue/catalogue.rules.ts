import type { UserError } from '../../shared/errors/user-error.js';
import { textProblems } from '../../shared/input/text.js';

const CODE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MAX_CODE_LENGTH = 100;

/** The fields that the inputs of all kinds of catalogue entries share. An update may leave out each. */
interface EntryInput {
  code?: string | null;
  name?: string | null;
  icon?: string | null;
  description?: string | null;
}

export const administratorProblems = (isPlatformAdministrator: boolean): UserError[] =>
  isPlatformAdministrator ? [] : [{ code: 'FORBIDDEN', field: null, message: 'Only platform administrators may change the catalogue.' }];

export const entryProblems = ({ code, name, icon, description }: EntryInput): UserError[] => [
  ...codeProblems(code),
  ...textProblems(['input', 'name'], name, { max: 200 }),
  ...textProblems(['input', 'icon'], icon, { max: 100 }),
  ...textProblems(['input', 'description'], description, { max: 5_000 }),
];

/** True if the text is a valid code: lower-case letters and digits with single hyphens between them. */
export const isCode = (text: string): boolean => text.length <= MAX_CODE_LENGTH && CODE.test(text);

/** Returns the fields that are not null or undefined: null leaves a column unchanged that cannot be null. */
export const omitNulls = <Change extends object>(change: Change) =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value != null)) as {
    [Field in keyof Change]?: NonNullable<Change[Field]>;
  };

function codeProblems(code: string | null | undefined): UserError[] {
  const field = ['input', 'code'];
  const problems = textProblems(field, code, { max: MAX_CODE_LENGTH });
  if (code != null && problems.length === 0 && !isCode(code)) {
    const message = `code must consist of lower-case letters and digits with single hyphens between them; got "${code}".`;
    problems.push({ code: 'INVALID', field, message });
  }
  return problems;
}
