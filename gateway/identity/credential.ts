import type { IncomingHttpHeaders } from 'node:http';

/** The secret with which a client authenticates. */
export type Credential = { kind: 'apiKey'; token: string } | { kind: 'session'; token: string };

const API_KEY_PREFIX = 'mlp_';

/**
 * Returns the credential in the headers of a request, or null if there is none. `X-API-Key` holds an API key,
 * `Authorization: Bearer` an API key or a session token.
 */
export function credentialOf({ authorization, 'x-api-key': apiKey }: IncomingHttpHeaders): Credential | null {
  if (typeof apiKey === 'string' && apiKey !== '') return { kind: 'apiKey', token: apiKey };
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (!token) return null;
  return token.startsWith(API_KEY_PREFIX) ? { kind: 'apiKey', token } : { kind: 'session', token };
}
