import { GraphQLError } from 'graphql';

/** The codes that a client may meet in `extensions.code`, beside Apollo's own for parsing and validation. */
export type ErrorCode =
  'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'BAD_USER_INPUT' | 'CONFLICT' | 'RATE_LIMITED' | 'TIMEOUT' | 'UNAVAILABLE';

/** A top-level error whose message is meant for the client. */
export const codedError = (code: ErrorCode, message: string): GraphQLError => new GraphQLError(message, { extensions: { code } });

export const unauthenticated = (): GraphQLError => codedError('UNAUTHENTICATED', 'A valid API key or session token is required.');
export const badInput = (message: string): GraphQLError => codedError('BAD_USER_INPUT', message);
