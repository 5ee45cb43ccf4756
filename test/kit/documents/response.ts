/** A response of a GraphQL server. A nullable field has its type without null: the test expects a value where it reads one. */
export interface GraphQLResponse<Data = unknown> {
  data: Data;
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string } }[];
}

/** A mistake in the input of a mutation. */
export interface UserError {
  code: string;
  field: string[];
  message: string;
}

/** A page of a connection, for documents that a test builds at run time. */
export interface Connection<Node> {
  totalCount: number;
  nodes: Node[];
  pageInfo: { startCursor: string; endCursor: string; hasNextPage: boolean; hasPreviousPage: boolean };
}
