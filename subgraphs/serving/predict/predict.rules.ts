import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import type { PredictBatchInput, PredictInput, PredictTarget } from '../generated/graphql.js';
import type { SchemaMismatch } from '../inference/schema-validators.js';

const MAX_ROWS = 1000;
const INPUTS = ['input', 'inputs'];
const MAX_REPORTED_PROBLEMS = 20;

export const predictProblems = (input: PredictInput): UserError[] => [
  ...commonProblems(input),
  ...(input.inputs == null ? [nullProblem(INPUTS, 'inputs')] : objectProblems(INPUTS, input.inputs)),
];

export function batchProblems(input: PredictBatchInput): UserError[] {
  const { inputs } = input;
  const problems = commonProblems(input);
  if (inputs.length === 0) problems.push({ code: 'BLANK', field: INPUTS, message: `inputs must have 1 to ${MAX_ROWS} rows; got 0.` });
  if (inputs.length > MAX_ROWS)
    problems.push({ code: 'TOO_LONG', field: INPUTS, message: `inputs must have 1 to ${MAX_ROWS} rows; got ${inputs.length}.` });
  else
    problems.push(
      ...inputs.flatMap((row, index) =>
        row === null ? [nullProblem(INPUTS, `inputs.${index}`)] : objectProblems([...INPUTS, String(index)], row),
      ),
    );
  return problems.slice(0, MAX_REPORTED_PROBLEMS);
}

const nullProblem = (field: string[], name: string): UserError => ({
  code: 'INVALID',
  field,
  message: `${name} must be a JSON object; got null.`,
});

const commonProblems = ({ target, requestId, idempotencyKey }: PredictInput | PredictBatchInput): UserError[] => [
  ...targetProblems(target),
  ...textProblems(['input', 'requestId'], requestId, { max: 200 }),
  ...idempotencyKeyProblems(idempotencyKey),
];

/** Checks that exactly one target is given: Federation composition does not support `@oneOf` yet. */
function targetProblems({ versionId, alias, deploymentId }: PredictTarget): UserError[] {
  const field = ['input', 'target'];
  if ([versionId, alias, deploymentId].filter((value) => value != null).length !== 1)
    return [{ code: 'INVALID', field, message: 'Give exactly one of versionId, alias and deploymentId.' }];
  return [
    ...idProblems([...field, 'versionId'], versionId),
    ...idProblems([...field, 'alias', 'modelId'], alias?.modelId),
    ...idProblems([...field, 'deploymentId'], deploymentId),
  ];
}

/**
 * Returns a problem for each row that does not match the input schema, at most MAX_REPORTED_PROBLEMS. `fieldOf` returns the path from the
 * mutation's argument to a row.
 */
export function schemaProblems(
  rows: readonly unknown[],
  mismatchOf: (row: unknown) => SchemaMismatch | null,
  fieldOf: (row: number) => string[],
): UserError[] {
  const problems: UserError[] = [];
  rows.forEach((row, index) => {
    const mismatch = problems.length < MAX_REPORTED_PROBLEMS ? mismatchOf(row) : null;
    if (mismatch) problems.push({ code: 'INVALID', field: [...fieldOf(index), ...mismatch.path], message: mismatch.message });
  });
  return problems;
}
