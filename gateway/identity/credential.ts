import type { IncomingHttpHeaders } from 'node:http';

/** What a client proves itself with. */
export type Credential = { kind: 'apiKey'; token: string } | { kind: 'session'; token: string };

const API_KEY_PREFIX = 'mlp_';

/** The credential of a request: `Authorization: Bearer <session token or API key>`, or `X-API-Key`; null without one. */
export function credentialOf({ authorization, 'x-api-key': apiKey }: IncomingHttpHeaders): Credential | null {
  if (typeof apiKey === 'string' && apiKey !== '') return { kind: 'apiKey', token: apiKey };
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (!token) return null;
  return token.startsWith(API_KEY_PREFIX) ? { kind: 'apiKey', token } : { kind: 'session', token };
}
