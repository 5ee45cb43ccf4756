import { jsonKind } from '../../subgraphs/shared/input/json.js';
import { isObject, parseJson } from '../json.js';
import { requestError } from './request-error.js';

/** The parameters of a GraphQL request over HTTP. */
export interface Parameters {
  query?: string;
  operationName?: string;
  variables?: Record<string, unknown>;
  extensions?: Record<string, unknown>;
}

/** Returns the parameters of a POST from its JSON body. Throws BAD_REQUEST if one has the wrong type; null counts as missing. */
export function bodyParameters(body: unknown): Parameters {
  if (Array.isArray(body))
    throw requestError(400, 'The body is a JSON array, and batching is not supported. Send each operation in a request of its own.');
  if (!isObject(body)) throw requestError(400, `The body must be a JSON object with the field query; got ${jsonKind(body)}.`);
  return requireQuery({
    query: stringParameter('query', body.query),
    operationName: stringParameter('operationName', body.operationName),
    variables: objectParameter('variables', body.variables),
    extensions: objectParameter('extensions', body.extensions),
  });
}

/** Returns the parameters of a GET from its query string, in which `variables` and `extensions` are JSON. */
export function queryParameters(search: Readonly<Record<string, unknown>>): Parameters {
  return requireQuery({
    query: stringParameter('query', search.query),
    operationName: stringParameter('operationName', search.operationName),
    variables: objectParameter('variables', jsonParameter('variables', search.variables)),
    extensions: objectParameter('extensions', jsonParameter('extensions', search.extensions)),
  });
}

/** Throws if the request has neither a document nor the hash of a persisted query. */
function requireQuery(parameters: Parameters): Parameters {
  if (!parameters.query && !parameters.extensions?.persistedQuery)
    throw requestError(400, 'query is missing. Send the GraphQL document in it.');
  return parameters;
}

function stringParameter(name: string, value: unknown): string | undefined {
  if (value == null) return undefined;
  if (typeof value !== 'string') throw requestError(400, `${name} must be a string; got ${jsonKind(value)}.`);
  return value;
}

function objectParameter(name: string, value: unknown): Record<string, unknown> | undefined {
  if (value == null) return undefined;
  if (!isObject(value)) throw requestError(400, `${name} must be a JSON object; got ${jsonKind(value)}.`);
  return value;
}

function jsonParameter(name: string, value: unknown): unknown {
  const source = stringParameter(name, value);
  if (!source) return undefined;
  try {
    return parseJson(source);
  } catch {
    throw requestError(400, `${name} must be valid JSON.`);
  }
}
