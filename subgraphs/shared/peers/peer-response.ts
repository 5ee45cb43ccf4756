import { isObject } from '../input/json.js';
import { isRelayed, type RelayedErrorCode } from '../errors/error-codes.js';
import type { PeerError } from './peer-error.js';

type CreateError = (code: RelayedErrorCode, detail: string) => PeerError;

/** Parses a GraphQL response and returns its data. Throws what `createError` makes if the response is malformed or has errors. */
export function parsePeerResponse<Data>(text: string, createError: CreateError): Data {
  const response = parseObject(text, createError);
  const errors = response.errors ?? [];
  if (!Array.isArray(errors)) throw createError('UNAVAILABLE', 'responded with errors that are not a list');
  if (errors.length > 0) {
    const code: unknown = errors[0]?.extensions?.code;
    throw createError(isRelayed(code) ? code : 'UNAVAILABLE', `responded with the error ${String(code)}: ${errors[0]?.message}`);
  }
  if (!isObject(response.data)) throw createError('UNAVAILABLE', 'responded without data');
  return response.data as Data;
}

function parseObject(text: string, createError: CreateError): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // The message of the parser is dropped: it quotes the text, which may be user data and must not be logged.
  }
  throw createError('UNAVAILABLE', `responded with ${text.length} characters that are not a JSON object`);
}
