import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { nameProblems } from '../dataset/dataset.rules.js';
import type { DatasetCreateFromPredictionsInput, PredictionLabel } from '../generated/graphql.js';
import type { PredictionFeedback } from '../generated/prisma/client.js';
import type { PredictionInput } from '../prediction/prediction.peer.js';
import { outcomeOf } from '../prediction-feedback/subject.js';
import type { Cell } from './csv.js';

export function createProblems({ name, modelVersionId, filter, idempotencyKey }: DatasetCreateFromPredictionsInput): UserError[] {
  const problems = [
    ...nameProblems(name),
    ...idProblems(['input', 'modelVersionId'], modelVersionId),
    ...idempotencyKeyProblems(idempotencyKey),
  ];
  if (filter?.from && filter.to && filter.from >= filter.to)
    problems.push({ code: 'INVALID', field: ['input', 'filter', 'from'], message: 'This must be before `to`.' });
  return problems;
}

export type Judgement = Pick<PredictionFeedback, 'predictionId' | 'isCorrect' | 'predictedOutcome' | 'actualOutcome' | 'tolerance'>;

/** The label of a judged prediction; null where nobody knows it. */
export function labelOf(judgement: Judgement, output: unknown, label: PredictionLabel): string | null {
  const predicted = judgement.predictedOutcome ?? outcomeOf(output);
  if (label === 'PREDICTED') return predicted;
  // A number that was right within its tolerance is still not the number that it should have been.
  return judgement.actualOutcome ?? (judgement.isCorrect && judgement.tolerance === null ? predicted : null);
}

/** A table of judged predictions. */
export interface JudgedTable {
  header: string[];
  rows: Cell[][];
}

/**
 * The rows of those judgements whose prediction is there and has a label: the features (what else was asked after them), then
 * the target, then the prediction's id under a name that no other column has.
 */
export function judgedTable(
  judgements: readonly Judgement[],
  predictions: ReadonlyMap<string, PredictionInput>,
  { features, target }: { features: readonly string[]; target: string },
  label: PredictionLabel,
): JudgedTable {
  const judged = judgements.flatMap((judgement) => {
    const prediction = predictions.get(judgement.predictionId);
    const text = prediction ? labelOf(judgement, prediction.output, label) : null;
    return prediction && text !== null ? [{ prediction, text }] : [];
  });
  const asked = new Set([...features, ...judged.flatMap(({ prediction }) => Object.keys(prediction.input))]);
  asked.delete(target);
  const columns = [...asked];
  return {
    header: [...columns, target, freeName('prediction_id', [...columns, target])],
    rows: judged.map(({ prediction: { id, input }, text }) => [
      ...columns.map((name) => (Object.hasOwn(input, name) ? input[name] : null)),
      text,
      id,
    ]),
  };
}

function freeName(name: string, taken: readonly string[]): string {
  let free = name;
  for (let index = 2; taken.includes(free); index += 1) free = `${name}_${index}`;
  return free;
}
