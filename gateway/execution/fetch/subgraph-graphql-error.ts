import { GraphQLError } from 'graphql';
import { isObject } from '../../json.js';
import type { SubgraphError } from '../../transport/subgraph-response.js';

/** Extensions that describe a subgraph's internals, or by which Apollo Server chooses the HTTP status. No client gets them. */
export const INTERNAL_EXTENSIONS: readonly string[] = ['exception', 'http', 'serviceName', 'stacktrace'];

type Path = readonly (string | number)[] | undefined;

/** An error that a subgraph reported in its response. */
export class SubgraphGraphQLError extends GraphQLError {
  /** The extensions as the subgraph sent them, for the log. */
  readonly originalExtensions: unknown;

  constructor(
    readonly subgraph: string,
    { message, extensions }: SubgraphError,
    path: Path,
  ) {
    const entries = Object.entries(isObject(extensions) ? extensions : {});
    super(message, { path, extensions: Object.fromEntries(entries.filter(([name]) => !INTERNAL_EXTENSIONS.includes(name))) });
    this.originalExtensions = extensions;
  }
}

/** Returns an error with another path. */
export function withPath(error: GraphQLError, path: Path): GraphQLError {
  const { message, extensions, originalError } = error;
  return error instanceof SubgraphGraphQLError
    ? new SubgraphGraphQLError(error.subgraph, { message, extensions: error.originalExtensions }, path)
    : new GraphQLError(message, { path, extensions, originalError });
}
