import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import type { PredictionFeedbackCorrectInput, PredictionFeedbackCreateInput } from '../generated/graphql.js';

const MAX_OUTCOME_LENGTH = 500;
const MAX_COMMENT_LENGTH = 10_000;

export const createProblems = (input: PredictionFeedbackCreateInput): UserError[] => [
  ...idProblems(['input', 'predictionId'], input.predictionId),
  ...idProblems(['input', 'modelVersionId'], input.modelVersionId),
  ...idProblems(['input', 'datasetId'], input.datasetId),
  ...wordProblems(input),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export const correctProblems = (input: PredictionFeedbackCorrectInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...idProblems(['input', 'modelVersionId'], input.modelVersionId),
  ...idProblems(['input', 'datasetId'], input.datasetId),
  ...wordProblems(input),
];

type Words = Pick<PredictionFeedbackCorrectInput, 'predictedOutcome' | 'actualOutcome' | 'comment'>;

const wordProblems = ({ predictedOutcome, actualOutcome, comment }: Words): UserError[] => [
  ...textProblems(['input', 'predictedOutcome'], predictedOutcome, { max: MAX_OUTCOME_LENGTH }),
  ...textProblems(['input', 'actualOutcome'], actualOutcome, { max: MAX_OUTCOME_LENGTH }),
  ...textProblems(['input', 'comment'], comment, { max: MAX_COMMENT_LENGTH }),
];
