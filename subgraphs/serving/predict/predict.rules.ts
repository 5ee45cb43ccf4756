import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import type { PredictBatchInput, PredictInput, PredictTarget } from '../generated/graphql.js';
import { mismatch } from '../inference/json-schema.js';

const MAX_ROWS = 1000;
const INPUTS = ['input', 'inputs'];
const MISMATCHES_TOLD = 20;

export const predictProblems = (input: PredictInput): UserError[] => [
  ...commonProblems(input),
  ...(input.inputs == null ? [notAnObject(INPUTS)] : objectProblems(INPUTS, input.inputs)),
];

export function batchProblems(input: PredictBatchInput): UserError[] {
  const { inputs } = input;
  const problems = commonProblems(input);
  if (inputs.length === 0) problems.push({ code: 'BLANK', field: INPUTS, message: 'Ask at least one row.' });
  if (inputs.length > MAX_ROWS) problems.push({ code: 'TOO_LONG', field: INPUTS, message: `Ask at most ${MAX_ROWS} rows at once.` });
  else
    problems.push(
      ...inputs.flatMap((row, index) => (row === null ? [notAnObject(INPUTS)] : objectProblems([...INPUTS, String(index)], row))),
    );
  return problems.slice(0, MISMATCHES_TOLD);
}

const notAnObject = (field: string[]): UserError => ({ code: 'INVALID', field, message: 'This must be a JSON object.' });

const commonProblems = ({ target, requestId, idempotencyKey }: PredictInput | PredictBatchInput): UserError[] => [
  ...targetProblems(target),
  ...textProblems(['input', 'requestId'], requestId, { max: 200 }),
  ...idempotencyKeyProblems(idempotencyKey),
];

/** Composition knows no `@oneOf`, so that "exactly one" is said here. */
function targetProblems({ versionId, alias, deploymentId }: PredictTarget): UserError[] {
  const field = ['input', 'target'];
  if ([versionId, alias, deploymentId].filter((one) => one != null).length !== 1)
    return [{ code: 'INVALID', field, message: 'Give exactly one of a version, an alias and a deployment.' }];
  return [
    ...idProblems([...field, 'versionId'], versionId),
    ...idProblems([...field, 'alias', 'modelId'], alias?.modelId),
    ...idProblems([...field, 'deploymentId'], deploymentId),
  ];
}

/** Where rows are not what the version expects. `fieldOf` is the way to a row. */
export function schemaProblems(schema: object, rows: readonly unknown[], fieldOf: (row: number) => string[]): UserError[] {
  const problems: UserError[] = [];
  rows.forEach((row, index) => {
    const found = problems.length < MISMATCHES_TOLD ? mismatch(schema, row) : null;
    if (found) problems.push({ code: 'INVALID', field: [...fieldOf(index), ...found.path], message: found.message });
  });
  return problems;
}
