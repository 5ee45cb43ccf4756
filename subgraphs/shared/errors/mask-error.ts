import type { GraphQLFormattedError } from 'graphql';
import { errorCodeProperties } from './error-codes.js';

/** True if the message of the error is written for clients; any other message may be shown in logs only. */
export const isPublicError = (error: GraphQLFormattedError): boolean => errorCodeProperties(error.extensions?.code)?.isPublic === true;

/**
 * Returns the error as clients may see it: with its message, path, locations, code and the extension of that code. An error
 * that is not public becomes INTERNAL_SERVER_ERROR with a generic message, which names the request id if there is one.
 */
export function maskError(error: GraphQLFormattedError, requestId?: string): GraphQLFormattedError {
  const { message, path, locations } = error;
  if (isPublicError(error)) return { message, path, locations, extensions: publicExtensions(error.extensions!) };
  return {
    message: requestId
      ? `Something went wrong on our side. Include the request id ${requestId} when you report this.`
      : 'Something went wrong on our side.',
    path,
    locations,
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...(requestId && { requestId }) },
  };
}

function publicExtensions(extensions: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { code } = extensions;
  const name = errorCodeProperties(code)?.publicExtension;
  return name !== undefined && name in extensions ? { code, [name]: extensions[name] } : { code };
}
