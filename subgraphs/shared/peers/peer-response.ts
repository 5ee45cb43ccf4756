import { isObject } from '../input/json.js';
import { isRelayed, type RelayedErrorCode } from '../errors/error-codes.js';
import type { PeerError } from './peer-error.js';

type Refuse = (code: RelayedErrorCode, detail: string) => PeerError;

/** The data of a GraphQL answer; throws what `refuse` makes for anything that is not a whole answer without errors. */
export function parsePeerResponse<Data>(text: string, refuse: Refuse): Data {
  const said = parse(text, refuse);
  const errors = said.errors ?? [];
  if (!Array.isArray(errors)) throw refuse('UNAVAILABLE', 'answered errors that are no list');
  if (errors.length > 0) {
    const code: unknown = errors[0]?.extensions?.code;
    throw refuse(isRelayed(code) ? code : 'UNAVAILABLE', `answered the error ${String(code)}: ${errors[0]?.message}`);
  }
  if (!isObject(said.data)) throw refuse('UNAVAILABLE', 'answered no data');
  return said.data as Data;
}

function parse(text: string, refuse: Refuse): Record<string, unknown> {
  try {
    const said: unknown = JSON.parse(text);
    if (isObject(said)) return said;
  } catch {
    // The parser's message quotes the text, which may be anybody's data and has no place in a log.
  }
  throw refuse('UNAVAILABLE', `answered ${text.length} characters that are no JSON object`);
}
