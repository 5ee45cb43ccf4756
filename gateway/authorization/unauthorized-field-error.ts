import type { GraphQLError } from 'graphql';
import { codedError, unauthenticated } from '../../subgraphs/shared/errors/coded-error.js';
import type { Credentials } from './access-requirement.js';

/** Returns the error of an unauthorized field at its response path: UNAUTHENTICATED for an anonymous client, FORBIDDEN for any other. */
export const unauthorizedFieldError = (
  { isAuthenticated }: Pick<Credentials, 'isAuthenticated'>,
  path: readonly (string | number)[],
): GraphQLError =>
  isAuthenticated
    ? codedError('FORBIDDEN', 'Your credential does not allow you to read this field. Remove the field or use another credential.', {
        path,
      })
    : codedError('UNAUTHENTICATED', unauthenticated().message, { path });
