import { graphql } from '../../kit/documents/datasets.js';

export const FIELDS = `id dataset { id } prediction { id } modelVersion { id } isCorrect predictedOutcome actualOutcome comment
  author { id } supersedes { id } supersededBy { id } createdAt`;
export const CREATE = graphql(`
  mutation ($input: PredictionFeedbackCreateInput!) {
    predictionFeedbackCreate(input: $input) {
      predictionFeedback {
        ${FIELDS}
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);
export const CORRECT = graphql(`
  mutation ($input: PredictionFeedbackCorrectInput!) {
    predictionFeedbackCorrect(input: $input) {
      predictionFeedback {
        ${FIELDS}
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);
