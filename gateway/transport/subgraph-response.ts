import { isObject, parseJson, type JsonObject } from '../json.js';
import { SubgraphFault } from './subgraph-fault.js';

/** A GraphQL response of a subgraph. Its outer shape has been checked, its data has not. */
export interface SubgraphResponse {
  data?: JsonObject | null;
  errors?: readonly SubgraphError[] | null;
  extensions?: unknown;
}

/** An error in a subgraph's response. Only `message` has been checked. */
export interface SubgraphError {
  message: string;
  path?: unknown;
  extensions?: unknown;
}

/**
 * Sends a GraphQL request with a JSON body to the subgraph with this name. The caller may change the response object.
 * Rejects with a GraphQLError that is safe to show to clients.
 */
export type SendRequest = (subgraph: string, body: string, isMutation: boolean) => Promise<SubgraphResponse>;

/** Parses the body of a subgraph's response. Throws a SubgraphFault if it is not a GraphQL response. */
export const parseSubgraphResponse = (subgraph: string, text: string): SubgraphResponse =>
  checkedResponse(subgraph, parseJsonObject(subgraph, text));

/** Returns an object as a GraphQL response. Throws a SubgraphFault if it is none. */
export function checkedResponse(subgraph: string, response: Record<string, unknown>): SubgraphResponse {
  const problem = findProblem(response);
  if (problem !== null) throw invalidResponse(subgraph, problem);
  const { errors } = response as { errors?: unknown[] | null };
  return errors?.every(hasMessage) === false ? { ...response, errors: errors.map(withMessage) } : response;
}

/** True if a text is a GraphQL response that complies with the specification. */
export function isGraphQLResponse(text: string): boolean {
  try {
    const response = JSON.parse(text) as { data?: unknown; errors?: unknown[] | null };
    const errors = response.errors ?? [];
    return findProblem(response) === null && (response.data !== undefined || errors.length > 0) && errors.every(hasMessage);
  } catch {
    return false;
  }
}

/** Parses a text that must be a JSON object. Throws a SubgraphFault if it is not. */
export function parseJsonObject(subgraph: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    // The message of JSON.parse quotes the text. The text may hold personal data, which must not reach the log.
    throw invalidResponse(subgraph, `${text.length} characters that are not JSON`);
  }
  if (!isObject(value)) throw invalidResponse(subgraph, 'JSON that is not an object');
  return value;
}

const invalidResponse = (subgraph: string, problem: string) =>
  new SubgraphFault(subgraph, 'UNAVAILABLE', `responded with ${problem}`, { wasSent: true });

/** Returns the reason why a JSON value is not a GraphQL response, or null if it is one. */
function findProblem({ data, errors }: Record<string, unknown>): string | null {
  if (data === undefined && errors == null) return 'neither data nor errors';
  if (data != null && !isObject(data)) return 'data that is not an object';
  // Some servers send `"errors": null` when there are no errors.
  if (errors == null) return null;
  return Array.isArray(errors) ? null : 'errors that are not a list';
}

const hasMessage = (error: unknown): error is SubgraphError => isObject(error) && typeof error.message === 'string';

/** Returns an error with a message. One that violates the specification is still an error, and the data beside it is usable. */
const withMessage = (error: unknown): SubgraphError =>
  hasMessage(error) ? error : { ...(isObject(error) && error), message: 'A subgraph returned an error without a message.' };
