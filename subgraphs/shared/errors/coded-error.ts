import { GraphQLError } from 'graphql';

/** The codes of our own in `extensions.code`, beside those of Apollo Server for parsing and validation. */
export type ErrorCode =
  'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'BAD_USER_INPUT' | 'CONFLICT' | 'RATE_LIMITED' | 'TIMEOUT' | 'UNAVAILABLE';

/** Creates a GraphQL error whose message is shown to the client. */
export const codedError = (code: ErrorCode, message: string): GraphQLError => new GraphQLError(message, { extensions: { code } });

export const unauthenticated = (): GraphQLError => codedError('UNAUTHENTICATED', 'A valid API key or session token is required.');
export const badInput = (message: string): GraphQLError => codedError('BAD_USER_INPUT', message);
