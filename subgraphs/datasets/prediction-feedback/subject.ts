import type { UserError } from '../../shared/errors/user-error.js';
import type { LoggedPrediction } from '../prediction/prediction.peer.js';

/** Longer answers are no outcome that anybody compares. */
const MAX_OUTCOME_LENGTH = 500;

/** What a logged prediction says in words: its label, its number, or its only value; null where it says none or more than one thing. */
export function outcomeOf(output: unknown): string | null {
  if (typeof output !== 'object' || output === null) return null;
  const said = output as Record<string, unknown>;
  const values = Object.values(said);
  const outcome = said.label ?? said.prediction ?? (values.length === 1 ? values[0] : null);
  if (!['string', 'number', 'boolean'].includes(typeof outcome)) return null;
  const text = String(outcome);
  return text.trim() === '' || [...text].length > MAX_OUTCOME_LENGTH ? null : text;
}

/** Why nobody can judge this prediction of this version; nothing where somebody can. */
export function subjectProblems(prediction: LoggedPrediction | null, modelVersionId: string | null | undefined): UserError[] {
  if (!prediction) return [{ code: 'NOT_FOUND', field: ['input', 'predictionId'], message: 'You have no prediction with this id.' }];
  if (prediction.status !== 'SUCCEEDED')
    return [
      {
        code: 'INVALID',
        field: ['input', 'predictionId'],
        message: `This prediction is ${prediction.status}; only an answer can be judged.`,
      },
    ];
  if (modelVersionId != null && modelVersionId.toLowerCase() !== prediction.modelVersion.id)
    return [{ code: 'INVALID', field: ['input', 'modelVersionId'], message: 'Another version made this prediction.' }];
  return [];
}
