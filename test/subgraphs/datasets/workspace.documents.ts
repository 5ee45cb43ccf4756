import { graphql } from '../../kit/documents/datasets.js';

export const FIELDS = 'id name analysisData chatHistory { role content } sizeBytes revision createdAt updatedAt dataset { id }';
export const CREATE = graphql(`
  mutation ($input: WorkspaceCreateInput!) {
    workspaceCreate(input: $input) {
      workspace {
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
export const SAVE = graphql(`
  mutation ($input: WorkspaceSaveInput!) {
    workspaceSave(input: $input) {
      workspace {
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
    workspaceDelete(input: { id: $id }) {
      deletedId
      userErrors {
        code
        field
      }
    }
  }
`);

export const SAVE_TWICE = graphql(`
  mutation ($id: ID!) {
    one: workspaceSave(input: { id: $id, expectedRevision: 1, analysisData: { n: 1 } }) {
      workspace {
        revision
        analysisData
      }
    }
    two: workspaceSave(input: { id: $id, expectedRevision: 2, analysisData: { n: 2 } }) {
      workspace {
        revision
        analysisData
      }
    }
  }
`);

export const CREATE_WITH_LITERALS = graphql(`
  mutation ($datasetId: ID!) {
    workspaceCreate(
      input: { datasetId: $datasetId, name: "l", analysisData: { a: [1, { b: null }] }, chatHistory: [{ role: USER, content: "?" }] }
    ) {
      workspace {
        analysisData
        chatHistory {
          role
          content
        }
      }
    }
  }
`);
