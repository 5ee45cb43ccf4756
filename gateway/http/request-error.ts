import type { GraphQLError } from 'graphql';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import { codeOfStatus } from '../../subgraphs/shared/errors/error-codes.js';

/** Returns the error of a request that is refused before GraphQL is reached. `allow` lists the methods that a 405 permits. */
export const requestError = (status: 400 | 403 | 405 | 406 | 415 | 426 | 503, message: string, allow?: string): GraphQLError =>
  codedError(codeOfStatus(status), message, {
    extensions: { http: { status, ...(allow && { headers: new Map([['allow', allow]]) }) } },
  });
