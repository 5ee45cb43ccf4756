import type { GatewayGraphQLRequest } from '@apollo/server-gateway-interface';
import { parseJson, stringifyJson } from '../json.js';

/** The members of the JSON body of a request. */
type Members = Pick<GatewayGraphQLRequest, 'query' | 'operationName' | 'variables' | 'extensions'>;

/** The functions that write the bodies of the requests of `lazyRequest`. */
const writers = new WeakMap<GatewayGraphQLRequest, () => string>();

/**
 * Returns the request with a JSON body that the executor has written. The body is parsed when a member is read or set, which most
 * hooks do not do: they set headers.
 */
export function lazyRequest(body: string): GatewayGraphQLRequest {
  let parsed: Members | undefined;
  const members = (): Members => (parsed ??= parseJson(body) as Members);
  const request: GatewayGraphQLRequest = {};
  for (const name of ['query', 'operationName', 'variables', 'extensions'] as const) {
    const set = (value: never): void => void (members()[name] = value);
    Object.defineProperty(request, name, { enumerable: true, configurable: true, get: () => members()[name], set });
  }
  writers.set(request, () => (parsed ? stringifyJson(parsed) : body));
  return request;
}

/** Returns the JSON body of a request. */
export function bodyOf(request: GatewayGraphQLRequest): string {
  const write = writers.get(request);
  if (write) return write();
  const { query, operationName, variables, extensions } = request;
  return stringifyJson({ query, operationName, variables, extensions });
}
