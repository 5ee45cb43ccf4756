import { graphql } from '../../kit/documents/datasets.js';

export const LOG = graphql(`
  mutation ($input: TrainingRunLogMetricsInput!) {
    trainingRunLogMetrics(input: $input) {
      trainingRun {
        id
        metrics {
          name
          value
          nonFinite
          step
        }
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);
