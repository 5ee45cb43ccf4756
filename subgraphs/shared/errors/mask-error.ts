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

/** True if the message of the error was written for the client. The messages of other errors only go to the log. */
export const isPublicError = (error: GraphQLFormattedError): boolean => PUBLIC_CODES.has(String(error.extensions?.code));

/** Returns the error as a client may see it, without stack traces and other details of the server. Internal errors get a general message. */
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
