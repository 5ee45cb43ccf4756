import type { FormattedExecutionResult } from 'graphql';

/** The status of a request of which nothing was run, by the code of its first error. */
const STATUSES: Readonly<Record<string, number>> = {
  BAD_REQUEST: 400,
  BAD_USER_INPUT: 400,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  OPERATION_RESOLUTION_FAILURE: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  RATE_LIMITED: 429,
  TIMEOUT: 503,
  UNAVAILABLE: 503,
};

/** What a well-formed request is told about its document and its variables. */
const ABOUT_THE_OPERATION = new Set([
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
]);

/**
 * The HTTP status of a result: 200 with data, also with some of it; without, what its error says.
 * @param said the status that was decided on already; 500 stands for none.
 * @param isLegacy the client takes a status that is not 200 for a failure of the transport.
 */
export function statusOf({ data, errors }: FormattedExecutionResult, said: number | undefined, isLegacy: boolean): number {
  if (data !== undefined || !errors) return said ?? 200;
  const code = String(errors[0]?.extensions?.code);
  if (isLegacy && ABOUT_THE_OPERATION.has(code)) return 200;
  return said && said !== 500 ? said : (STATUSES[code] ?? 500);
}
