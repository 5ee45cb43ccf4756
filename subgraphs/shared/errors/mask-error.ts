import type { GraphQLFormattedError } from 'graphql';

const PUBLIC_CODES = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'CONFLICT',
  'RATE_LIMITED',
  'TIMEOUT',
  'UNAVAILABLE',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'MAX_RECURSIVE_SELECTIONS_EXCEEDED',
]);

/** True for an error whose message was written for the client; anything else says what only the log may say. */
export const isPublicError = (error: GraphQLFormattedError): boolean => PUBLIC_CODES.has(String(error.extensions?.code));

/** The error as a client may see it: its code, message, path and places, and nothing of our processes. */
export function maskError(error: GraphQLFormattedError, requestId?: string): GraphQLFormattedError {
  const { message, path, locations } = error;
  if (isPublicError(error)) return { message, path, locations, extensions: { code: error.extensions?.code } };
  return {
    message: requestId ? `Something went wrong on our side. Request id: ${requestId}` : 'Something went wrong on our side.',
    path,
    locations,
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...(requestId && { requestId }) },
  };
}
