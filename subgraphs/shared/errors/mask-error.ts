import type { GraphQLFormattedError } from 'graphql';
import { errorCodeProperties } from './error-codes.js';

/** True if the message of the error is written for clients; any other message may be shown in logs only. */
export const isPublicError = (error: GraphQLFormattedError): boolean => errorCodeProperties(error.extensions?.code)?.isPublic === true;

/**
 * Returns the error as clients may see it: with its message, path, locations and code, and no other extensions. An error
 * that is not public becomes INTERNAL_SERVER_ERROR with a generic message, which names the request id if there is one.
 */
export function maskError(error: GraphQLFormattedError, requestId?: string): GraphQLFormattedError {
  const { message, path, locations } = error;
  if (isPublicError(error)) return { message, path, locations, extensions: { code: error.extensions?.code } };
  return {
    message: requestId
      ? `Something went wrong on our side. Include the request id ${requestId} when you report this.`
      : 'Something went wrong on our side.',
    path,
    locations,
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...(requestId && { requestId }) },
  };
}
