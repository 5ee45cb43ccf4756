import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { nameProblems } from '../dataset/dataset.rules.js';
import type { DatasetCreateFromPredictionsInput, PredictionLabel } from '../generated/graphql.js';
import type { PredictionFeedback } from '../generated/prisma/client.js';
import type { PredictionInput } from '../prediction/prediction.peer.js';
import { outcomeOf } from '../prediction-feedback/logged-prediction.js';
import type { Cell } from './csv.js';

export function createProblems({ name, modelVersionId, filter, idempotencyKey }: DatasetCreateFromPredictionsInput): UserError[] {
  const problems = [
    ...nameProblems(name),
    ...idProblems(['input', 'modelVersionId'], modelVersionId),
    ...idempotencyKeyProblems(idempotencyKey),
  ];
  if (filter?.from && filter.to && filter.from >= filter.to)
    problems.push({
      code: 'INVALID',
      field: ['input', 'filter', 'from'],
      message: `from must be before to; got ${filter.from.toISOString()} and ${filter.to.toISOString()}.`,
    });
  return problems;
}

/** The fields of feedback that a row is made from. */
export type Feedback = Pick<PredictionFeedback, 'predictionId' | 'isCorrect' | 'predictedOutcome' | 'actualOutcome' | 'tolerance'>;

/** Returns the label of a prediction with feedback, or null if it is unknown. */
export function labelOf(feedback: Feedback, output: unknown, label: PredictionLabel): string | null {
  const predicted = feedback.predictedOutcome ?? outcomeOf(output);
  if (label === 'PREDICTED') return predicted;
  // A predicted number within the tolerance is right but need not be the actual number.
  return feedback.actualOutcome ?? (feedback.isCorrect && feedback.tolerance === null ? predicted : null);
}

/** A table with a row per prediction. */
export interface FeedbackTable {
  header: string[];
  rows: Cell[][];
}

/**
 * Returns a row for each feedback whose prediction exists and has a label. The columns are the features, other fields of the inputs,
 * the target, and the prediction's id under a name that no other column has.
 */
export function feedbackTable(
  feedbacks: readonly Feedback[],
  predictions: ReadonlyMap<string, PredictionInput>,
  { features, target }: { features: readonly string[]; target: string },
  label: PredictionLabel,
): FeedbackTable {
  const labeled = feedbacks.flatMap((feedback) => {
    const prediction = predictions.get(feedback.predictionId);
    const text = prediction ? labelOf(feedback, prediction.output, label) : null;
    return prediction && text !== null ? [{ prediction, text }] : [];
  });
  const names = new Set([...features, ...labeled.flatMap(({ prediction }) => Object.keys(prediction.input))]);
  names.delete(target);
  const columns = [...names];
  return {
    header: [...columns, target, unusedName('prediction_id', [...columns, target])],
    rows: labeled.map(({ prediction: { id, input }, text }) => [
      ...columns.map((name) => (Object.hasOwn(input, name) ? input[name] : null)),
      text,
      id,
    ]),
  };
}

/** Returns the name, with a number appended if it is taken. */
function unusedName(name: string, taken: readonly string[]): string {
  let unused = name;
  for (let index = 2; taken.includes(unused); index += 1) unused = `${name}_${index}`;
  return unused;
}
