import { isObject } from '../../subgraphs/shared/input/json.js';
import { requestError } from './request-error.js';

/** What a client asks for, as GraphQL over HTTP carries it. */
export interface Parameters {
  query?: string;
  operationName?: string;
  variables?: Record<string, unknown>;
  extensions?: Record<string, unknown>;
}

/** The parameters of a POST, from its JSON. Throws where they are not of their types; a `null` counts as none. */
export function bodyParameters(body: unknown): Parameters {
  if (Array.isArray(body)) throw requestError(400, 'Send one request at a time: a list is not accepted.');
  if (!isObject(body)) throw requestError(400, 'The body must be a JSON object.');
  return withQuery({
    query: text('query', body.query),
    operationName: text('operationName', body.operationName),
    variables: map('variables', body.variables),
    extensions: map('extensions', body.extensions),
  });
}

/** The parameters of a GET, from its query string, where variables and extensions are JSON. */
export function queryParameters(search: Readonly<Record<string, unknown>>): Parameters {
  return withQuery({
    query: text('query', search.query),
    operationName: text('operationName', search.operationName),
    variables: map('variables', json('variables', search.variables)),
    extensions: map('extensions', json('extensions', search.extensions)),
  });
}

/** Persisted queries are named in the extensions. */
function withQuery(parameters: Parameters): Parameters {
  if (!parameters.query && !parameters.extensions?.persistedQuery) throw requestError(400, '"query" is missing.');
  return parameters;
}

function text(name: string, value: unknown): string | undefined {
  if (value == null) return undefined;
  if (typeof value !== 'string') throw requestError(400, `"${name}" must be one text.`);
  return value;
}

function map(name: string, value: unknown): Record<string, unknown> | undefined {
  if (value == null) return undefined;
  if (!isObject(value)) throw requestError(400, `"${name}" must be an object.`);
  return value;
}

function json(name: string, value: unknown): unknown {
  const source = text(name, value);
  if (!source) return undefined;
  try {
    return JSON.parse(source);
  } catch {
    throw requestError(400, `"${name}" must be JSON.`);
  }
}
