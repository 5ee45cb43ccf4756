import type { FormattedExecutionResult } from 'graphql';
import { GRAPHQL_RESPONSE } from './response-type.js';

/** The largest number of operations for each of which a refused batch gets a result. A small request must not cause a large response. */
const MAX_RESULTS = 100;

/**
 * Returns the response to a request that was refused with a result. For a batch, which is always refused, that is a list with this
 * result for each operation, because BatchHttpLink of Apollo Client shows an error only then. It reads the body of an error status
 * only in the media type of GraphQL, so other clients get the result itself (docs/adr/0024).
 */
export const refusal = (
  body: unknown,
  type: string,
  result: FormattedExecutionResult,
): FormattedExecutionResult[] | FormattedExecutionResult =>
  Array.isArray(body) && body.length > 0 && body.length <= MAX_RESULTS && type === GRAPHQL_RESPONSE
    ? Array<FormattedExecutionResult>(body.length).fill(result)
    : result;
