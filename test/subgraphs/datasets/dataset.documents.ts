import { graphql } from '../../kit/documents/datasets.js';

export const CREATE = graphql(`
  mutation ($input: DatasetCreateInput!) {
    datasetCreate(input: $input) {
      dataset {
        id
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

export const DATASETS_WITH_RUNS = graphql(`
  {
    datasets(first: 50) {
      totalCount
      nodes {
        file {
          filename
        }
        trainingCount
        lastTrainedAt
        trainingRuns(first: 2) {
          totalCount
          nodes {
            algorithm
            metrics {
              name
            }
            dataset {
              name
            }
          }
        }
      }
    }
  }
`);

export const CREATE_PENGUINS = graphql(`
  mutation ($fileId: ID!) {
    datasetCreate(input: { name: "penguins", source: UPLOAD, fileId: $fileId }) {
      dataset {
        id
        name
        source
        status
        progress
        failure {
          code
        }
        rowCount
        columnCount
        columns {
          name
          dtype
        }
        preview
        profile {
          columns {
            name
          }
        }
        rows {
          totalCount
        }
        file {
          id
          byteSize
        }
        trainingCount
        lastTrainedAt
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);
