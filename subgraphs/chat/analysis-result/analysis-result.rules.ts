import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import type { AnalysisResultCreateInput } from '../generated/graphql.js';

/** What is wrong with a result, before its session is known. */
export const createProblems = (input: AnalysisResultCreateInput): UserError[] => [
  ...idProblems(['input', 'sessionId'], input.sessionId),
  ...idProblems(['input', 'fileId'], input.fileId),
  ...idProblems(['input', 'turnId'], input.turnId),
  ...objectProblems(['input', 'result'], input.result),
  ...(input.charts ?? []).flatMap((chart, index) => chartProblems(['input', 'charts', String(index)], chart)),
  ...objectProblems(['input', 'metadata'], input.metadata),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

/** A chart says what it is by its `$schema`; whether it draws anything is between its author and Vega-Lite. */
function chartProblems(field: string[], chart: unknown): UserError[] {
  const schema = typeof chart === 'object' && chart !== null && '$schema' in chart ? chart.$schema : null;
  if (typeof schema === 'string' && schema.includes('vega-lite')) return [];
  return [{ code: 'INVALID', field, message: 'A chart is a Vega-Lite specification: a JSON object whose "$schema" names vega-lite.' }];
}

/** The file and the turn that were named and are not of the session. */
export function missingProblems({ fileId, turnId }: AnalysisResultCreateInput, isThere: { file: boolean; turn: boolean }): UserError[] {
  const problems: UserError[] = [];
  if (fileId != null && !isThere.file)
    problems.push({ code: 'NOT_FOUND', field: ['input', 'fileId'], message: 'The session has no file with this id.' });
  if (turnId != null && !isThere.turn)
    problems.push({ code: 'NOT_FOUND', field: ['input', 'turnId'], message: 'The session has no turn with this id.' });
  return problems;
}
