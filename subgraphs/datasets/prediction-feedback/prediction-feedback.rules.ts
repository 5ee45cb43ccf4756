import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import type { PredictionFeedbackCorrectInput, PredictionFeedbackCreateInput } from '../generated/graphql.js';
import type { PredictionFeedback } from '../generated/prisma/client.js';

const MAX_OUTCOME_LENGTH = 500;
const MAX_COMMENT_LENGTH = 10_000;

export const createProblems = (input: PredictionFeedbackCreateInput): UserError[] => [
  ...idProblems(['input', 'predictionId'], input.predictionId),
  ...idProblems(['input', 'modelVersionId'], input.modelVersionId),
  ...idProblems(['input', 'datasetId'], input.datasetId),
  ...textFieldProblems(input),
  ...numberProblems(input),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export const correctProblems = (input: PredictionFeedbackCorrectInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...idProblems(['input', 'modelVersionId'], input.modelVersionId),
  ...idProblems(['input', 'datasetId'], input.datasetId),
  ...textFieldProblems(input),
  ...numberProblems(input),
];

type TextFields = Pick<PredictionFeedbackCorrectInput, 'predictedOutcome' | 'actualOutcome' | 'comment'>;

const textFieldProblems = ({ predictedOutcome, actualOutcome, comment }: TextFields): UserError[] => [
  ...textProblems(['input', 'predictedOutcome'], predictedOutcome, { max: MAX_OUTCOME_LENGTH }),
  ...textProblems(['input', 'actualOutcome'], actualOutcome, { max: MAX_OUTCOME_LENGTH }),
  ...textProblems(['input', 'comment'], comment, { max: MAX_COMMENT_LENGTH }),
];

/** Prisma rounds up numbers near the largest double, and PostgreSQL rejects the result. */
const MAX_TOLERANCE = 1.797e308;

const numberProblems = ({ tolerance, confidence }: Pick<PredictionFeedbackCorrectInput, 'tolerance' | 'confidence'>): UserError[] => {
  const problems: UserError[] = [];
  if (tolerance != null && !(tolerance >= 0 && tolerance <= MAX_TOLERANCE))
    problems.push({
      code: 'INVALID',
      field: ['input', 'tolerance'],
      message: `tolerance must be between 0 and ${MAX_TOLERANCE}; got ${tolerance}.`,
    });
  if (confidence != null && !(confidence >= 0 && confidence <= 1))
    problems.push({ code: 'INVALID', field: ['input', 'confidence'], message: `confidence must be between 0 and 1; got ${confidence}.` });
  return problems;
};

/** The values of feedback that a correction takes over by default. */
type FeedbackValues = Pick<PredictionFeedback, 'isCorrect' | 'predictedOutcome' | 'actualOutcome' | 'tolerance' | 'confidence' | 'comment'>;

/**
 * Returns the values of a correction. Those that the input leaves out are taken over from the corrected feedback. `isCorrect` is null,
 * and so derived from the outcomes, if it is left out and an outcome or the tolerance changes.
 */
export function valuesAfter(before: FeedbackValues, input: PredictionFeedbackCorrectInput) {
  const { predictedOutcome, actualOutcome, tolerance, confidence, comment } = { ...before, ...definedFields(input) };
  const hasNewEvidence = [input.predictedOutcome, input.actualOutcome, input.tolerance].some((value) => value !== undefined);
  const isCorrect = input.isCorrect ?? (hasNewEvidence ? null : before.isCorrect);
  return { isCorrect, predictedOutcome, actualOutcome, tolerance, confidence, comment };
}

/** Returns the fields of an input that are given, including those with the value null. */
const definedFields = <Input extends object>(input: Input) =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Input]: Exclude<Input[Key], undefined>;
  };
