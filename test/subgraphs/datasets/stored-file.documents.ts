import { graphql } from '../../kit/documents/datasets.js';

export const FIELDS = 'id filename mimeType byteSize metadata createdAt updatedAt';
export const CREATE = graphql(`
  mutation ($input: StoredFileCreateInput!) {
    storedFileCreate(input: $input) {
      storedFile {
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
export const UPDATE = graphql(`
  mutation ($input: StoredFileUpdateInput!) {
    storedFileUpdate(input: $input) {
      storedFile {
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
    storedFileDelete(input: { id: $id }) {
      deletedId
      userErrors {
        code
        field
      }
    }
  }
`);
