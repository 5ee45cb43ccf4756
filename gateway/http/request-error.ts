import { GraphQLError } from 'graphql';

/** A request that is refused before GraphQL is reached. `allow`: the methods that a 405 names. */
export const requestError = (status: 400 | 403 | 405 | 406 | 415, message: string, allow?: string): GraphQLError =>
  new GraphQLError(message, {
    extensions: {
      code: status === 403 ? 'FORBIDDEN' : 'BAD_REQUEST',
      http: { status, ...(allow && { headers: new Map([['allow', allow]]) }) },
    },
  });
