import { GraphQLError } from 'graphql';
import { unauthenticated } from '../../subgraphs/shared/errors/coded-error.js';
import type { Credentials } from './clause.js';

/** The error of a refused field, at its path in the answer: UNAUTHENTICATED to strangers, FORBIDDEN to the others. */
export function refusal({ isAuthenticated }: Pick<Credentials, 'isAuthenticated'>, path: readonly (string | number)[]): GraphQLError {
  const [code, message] = isAuthenticated
    ? ['FORBIDDEN', 'The credential does not allow this field.']
    : ['UNAUTHENTICATED', unauthenticated().message];
  return new GraphQLError(message, { path, extensions: { code } });
}
