import { validateHeaderName, validateHeaderValue, type IncomingHttpHeaders } from 'node:http';
import { isObject } from '../json.js';
import { badInput } from '../../subgraphs/shared/errors/coded-error.js';
import { jsonKind } from '../../subgraphs/shared/input/json.js';

/** The headers that hold credentials. */
const CREDENTIALS: readonly string[] = ['authorization', 'x-api-key'];
/** Names that clients use for a credential in place of a header's, in lower case. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['apikey', 'x-api-key'],
  ['authtoken', 'authorization'],
]);

/**
 * Returns the headers of a WebSocket client: those of its upgrade request and, over them, the texts in the payload of
 * `connection_init` (`connectionParams`) and in its member `headers`, because browsers cannot set headers of an upgrade. Names are
 * case-insensitive; `apiKey` stands for `X-API-Key`, and `authToken` for a bearer token. A credential in the payload replaces all
 * credentials of the upgrade request. Throws BAD_USER_INPUT if a credential is not a string.
 */
export function clientHeaders(upgradeHeaders: IncomingHttpHeaders, payload: unknown): IncomingHttpHeaders {
  const headers = new Map<string, string>();
  const parameters = isObject(payload) ? payload : {};
  for (const source of [parameters, isObject(parameters.headers) ? parameters.headers : {}]) {
    for (const [key, value] of Object.entries(source)) {
      const name = SYNONYMS.get(key.toLowerCase()) ?? key.toLowerCase();
      if (typeof value === 'string' && isHeader(name, value)) headers.set(name, isToken(key) ? `Bearer ${value}` : value);
      else if (CREDENTIALS.includes(name) && value !== null) throw invalidCredential(key, value);
    }
  }
  const isCredentialGiven = CREDENTIALS.some((name) => headers.has(name));
  const inherited = Object.entries(upgradeHeaders).filter(([name]) => !isCredentialGiven || !CREDENTIALS.includes(name));
  return { ...Object.fromEntries(inherited), ...Object.fromEntries(headers) };
}

const isToken = (key: string): boolean => key.toLowerCase() === 'authtoken';

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

const invalidCredential = (key: string, value: unknown) =>
  badInput(
    typeof value === 'string'
      ? `"${key}" of connection_init has characters that a header cannot have.`
      : `"${key}" of connection_init must be a string; got ${jsonKind(value)}.`,
  );
