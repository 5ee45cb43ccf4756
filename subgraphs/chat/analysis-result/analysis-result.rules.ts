import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import type { AnalysisResultCreateInput } from '../generated/graphql.js';

/** Returns the problems of an input that can be found without reading its session. */
export const createProblems = (input: AnalysisResultCreateInput): UserError[] => [
  ...idProblems(['input', 'sessionId'], input.sessionId),
  ...idProblems(['input', 'fileId'], input.fileId),
  ...idProblems(['input', 'turnId'], input.turnId),
  ...objectProblems(['input', 'result'], input.result),
  ...(input.charts ?? []).flatMap((chart, index) => chartProblems(['input', 'charts', String(index)], chart)),
  ...objectProblems(['input', 'metadata'], input.metadata),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

/** Checks the `$schema` of a chart only: Vega-Lite itself validates a specification when it draws it. */
function chartProblems(field: string[], chart: unknown): UserError[] {
  const schema = typeof chart === 'object' && chart !== null && '$schema' in chart ? chart.$schema : null;
  if (typeof schema === 'string' && schema.includes('vega-lite')) return [];
  return [
    { code: 'INVALID', field, message: 'A chart must be a Vega-Lite specification: a JSON object whose "$schema" contains "vega-lite".' },
  ];
}

/** Returns the problems of a file or a turn that does not belong to the session. */
export function referenceProblems(
  { fileId, turnId }: AnalysisResultCreateInput,
  isInSession: { file: boolean; turn: boolean },
): UserError[] {
  const problems: UserError[] = [];
  if (fileId != null && !isInSession.file)
    problems.push({ code: 'NOT_FOUND', field: ['input', 'fileId'], message: `The session has no file with the id "${fileId}".` });
  if (turnId != null && !isInSession.turn)
    problems.push({ code: 'NOT_FOUND', field: ['input', 'turnId'], message: `The session has no turn with the id "${turnId}".` });
  return problems;
}
