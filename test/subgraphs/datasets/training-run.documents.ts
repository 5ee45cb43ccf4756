import { graphql } from '../../kit/documents/datasets.js';

export const FIELDS = `id dataset { id trainingCount lastTrainedAt } status problemType target features algorithm hyperparameters
  metrics { name value nonFinite } durationMs error startedAt finishedAt createdAt updatedAt`;
export const START = graphql(`
  mutation ($input: TrainingRunStartInput!) {
    trainingRunStart(input: $input) {
      trainingRun {
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
export const FINISH = graphql(`
  mutation ($input: TrainingRunFinishInput!) {
    trainingRunFinish(input: $input) {
      trainingRun {
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
export const DELETE = graphql(`
  mutation ($id: ID!) {
    trainingRunDelete(input: { id: $id }) {
      deletedId
      userErrors {
        code
        field
      }
    }
  }
`);
