import type { UserError } from '../../shared/errors/user-error.js';
import type { LoggedPrediction } from '../prediction/prediction.peer.js';

/** The maximum length of an outcome that is taken from a prediction, in characters. */
const MAX_OUTCOME_LENGTH = 500;

/** Returns the outcome of a logged prediction as text: its label, its number or its only value. Null if there is no single value. */
export function outcomeOf(output: unknown): string | null {
  if (typeof output !== 'object' || output === null) return null;
  const fields = output as Record<string, unknown>;
  const values = Object.values(fields);
  const outcome = fields.label ?? fields.prediction ?? (values.length === 1 ? values[0] : null);
  if (!['string', 'number', 'boolean'].includes(typeof outcome)) return null;
  const text = String(outcome);
  return text.trim() === '' || [...text].length > MAX_OUTCOME_LENGTH ? null : text;
}

/** Returns the reasons why feedback on a prediction by this version is not possible. */
export function loggedPredictionProblems(prediction: LoggedPrediction | null, modelVersionId: string | null | undefined): UserError[] {
  if (!prediction)
    return [{ code: 'NOT_FOUND', field: ['input', 'predictionId'], message: 'No prediction with this id exists in your organization.' }];
  if (prediction.status !== 'SUCCEEDED')
    return [
      {
        code: 'INVALID',
        field: ['input', 'predictionId'],
        message: `This prediction is ${prediction.status}. Feedback is possible on SUCCEEDED predictions only.`,
      },
    ];
  if (modelVersionId != null && modelVersionId.toLowerCase() !== prediction.modelVersion.id)
    return [{ code: 'INVALID', field: ['input', 'modelVersionId'], message: 'The prediction was made by another model version.' }];
  return [];
}
