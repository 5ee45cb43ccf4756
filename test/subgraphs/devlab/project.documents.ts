import { graphql } from '../../kit/documents/devlab.js';

export const CREATE = graphql(`
  mutation ($input: ProjectCreateInput!) {
    projectCreate(input: $input) {
      project {
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
export const UPDATE = graphql(`
  mutation ($input: ProjectUpdateInput!) {
    projectUpdate(input: $input) {
      project {
        id
        name
        description
        language
        environment
        metadata
        revision
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
    projectDelete(input: { id: $id }) {
      deleted {
        id
        fileCount
        executionCount
      }
      userErrors {
        code
        field
      }
    }
  }
`);

export const PROJECTS_WITH_FILES = graphql(`
  {
    projects(first: 50) {
      totalCount
      nodes {
        owner {
          id
        }
        fileCount
        file(path: "main.py") {
          content
        }
        files(first: 2) {
          totalCount
          nodes {
            name
            content
            project {
              name
            }
          }
        }
        executions(first: 2) {
          totalCount
          nodes {
            code
            stdout
            stderr
            project {
              name
            }
            user {
              id
            }
          }
        }
      }
    }
  }
`);

export const CREATE_WITH_LITERALS = graphql(`
  mutation {
    projectCreate(
      input: {
        name: "crawler"
        description: "Reads pages."
        language: TYPESCRIPT
        environment: { DEPTH: "3", _x1: "" }
        metadata: { team: ["a"] }
      }
    ) {
      project {
        name
        description
        language
        environment
        metadata
        revision
        owner {
          id
        }
        fileCount
        files {
          totalCount
        }
        executions {
          totalCount
        }
      }
      userErrors {
        code
      }
    }
  }
`);
