import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import type { ErrorCode } from './error-codes.js';

/** Returns a GraphQL error with the given code. The table of codes says whether clients see its message. */
export const codedError = (code: ErrorCode, message: string, options: GraphQLErrorOptions = {}): GraphQLError =>
  new GraphQLError(message, { ...options, extensions: { ...options.extensions, code } });

/** Returns the code of a thrown value; undefined if it has none. */
export const codeOf = (error: unknown): unknown => (error as { extensions?: { code?: unknown } } | null)?.extensions?.code;

export const unauthenticated = (): GraphQLError =>
  codedError('UNAUTHENTICATED', 'A valid API key or session token is required. Send it in the header "Authorization: Bearer <token>".');
export const badInput = (message: string): GraphQLError => codedError('BAD_USER_INPUT', message);

/** The end of a message about a mutation whose result is not known. */
export const UNKNOWN_OUTCOME =
  'It is not known whether the change was saved. Read what it changes first, or repeat the mutation with the same idempotency key.';
