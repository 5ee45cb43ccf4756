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
  ...wordProblems(input),
  ...numberProblems(input),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export const correctProblems = (input: PredictionFeedbackCorrectInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...idProblems(['input', 'modelVersionId'], input.modelVersionId),
  ...idProblems(['input', 'datasetId'], input.datasetId),
  ...wordProblems(input),
  ...numberProblems(input),
];

type Words = Pick<PredictionFeedbackCorrectInput, 'predictedOutcome' | 'actualOutcome' | 'comment'>;

const wordProblems = ({ predictedOutcome, actualOutcome, comment }: Words): UserError[] => [
  ...textProblems(['input', 'predictedOutcome'], predictedOutcome, { max: MAX_OUTCOME_LENGTH }),
  ...textProblems(['input', 'actualOutcome'], actualOutcome, { max: MAX_OUTCOME_LENGTH }),
  ...textProblems(['input', 'comment'], comment, { max: MAX_COMMENT_LENGTH }),
];

/** Near the largest double Prisma rounds up what it writes, beyond what PostgreSQL takes. */
const LARGEST = 1.797e308;

const numberProblems = ({ tolerance, confidence }: Pick<PredictionFeedbackCorrectInput, 'tolerance' | 'confidence'>): UserError[] => {
  const problems: UserError[] = [];
  if (tolerance != null && !(tolerance >= 0 && tolerance <= LARGEST))
    problems.push({ code: 'INVALID', field: ['input', 'tolerance'], message: 'A tolerance is a finite number that is not negative.' });
  if (confidence != null && !(confidence >= 0 && confidence <= 1))
    problems.push({ code: 'INVALID', field: ['input', 'confidence'], message: 'A confidence is between 0 and 1.' });
  return problems;
};

/** What a judgement says that a correction may take over. */
type Said = Pick<PredictionFeedback, 'isCorrect' | 'predictedOutcome' | 'actualOutcome' | 'tolerance' | 'confidence' | 'comment'>;

/**
 * What a correction says, with what it takes over. Whether the prediction was right is left open (null) where nobody says
 * so anew and what it rests on has changed: then the outcomes tell.
 */
export function corrected(before: Said, input: PredictionFeedbackCorrectInput) {
  const { predictedOutcome, actualOutcome, tolerance, confidence, comment } = { ...before, ...given(input) };
  const isNew = [input.predictedOutcome, input.actualOutcome, input.tolerance].some((evidence) => evidence !== undefined);
  const isCorrect = input.isCorrect ?? (isNew ? null : before.isCorrect);
  return { isCorrect, predictedOutcome, actualOutcome, tolerance, confidence, comment };
}

/** What of an input is there, if only as null. */
const given = <Input extends object>(input: Input) =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Input]: Exclude<Input[Key], undefined>;
  };
