import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { OperationTypeNode } from 'graphql';
import type { Viewer } from './viewer.js';

/** A signing key and its name; two may live at once so that keys rotate without a pause. */
export interface SigningKey {
  readonly id: string;
  readonly secret: Buffer;
}

/** What the gateway vouches for in one request to one subgraph. `viewer` is null for an anonymous request. */
export interface SignedRequest {
  readonly requestId: string;
  readonly viewer: Viewer | null;
  /** The kind of the client's operation: a mutation's answer is completed by queries, which its scopes cover too. */
  readonly operation?: OperationTypeNode;
}

interface ViewerClaims extends SignedRequest {
  version: 1;
  audience: string;
  /** Milliseconds since the epoch. */
  issuedAt: number;
  nonce: string;
  /** SHA-256 of the body, base64url: the signature holds for these bytes alone. */
  body: string;
}

export const CLAIMS_HEADER = 'x-viewer';
export const SIGNATURE_HEADER = 'x-viewer-signature';
/** How far apart the clocks of the two processes, plus the way, may be. */
export const MAX_CLOCK_SKEW_MS = 30_000;

const digest = (body: string | Buffer) => hash('sha256', body, 'base64url');
const seal = (key: SigningKey, statement: string) => createHmac('sha256', key.secret).update(statement).digest();

/** The two headers that make one subgraph believe this body and this viewer, once and for the next 30 seconds. */
export function sign(
  audience: string,
  key: SigningKey,
  request: SignedRequest,
  body: string | Buffer,
  now = Date.now(),
): Record<string, string> {
  const statement: ViewerClaims = {
    version: 1,
    audience,
    issuedAt: now,
    nonce: randomBytes(16).toString('base64url'),
    requestId: request.requestId,
    viewer: request.viewer,
    operation: request.operation,
    body: digest(body),
  };
  const encoded = Buffer.from(JSON.stringify(statement)).toString('base64url');
  return { [CLAIMS_HEADER]: encoded, [SIGNATURE_HEADER]: `${key.id}.${seal(key, encoded).toString('base64url')}` };
}

/** What is signed of a request whose body is a stream and so not known when it begins. No body of another request reads like it. */
export const requestLine = (method: string, url: string): string => `${method} ${url}`;

/** Checks what `sign` made. Each verifier remembers the nonces of its window, so a request is believed once. */
export class RequestVerifier {
  readonly #audience: string;
  readonly #keys: ReadonlyMap<string, SigningKey>;
  readonly #seen = new Map<string, number>();

  constructor(audience: string, keys: readonly SigningKey[]) {
    this.#audience = audience;
    this.#keys = new Map(keys.map((key) => [key.id, key]));
  }

  /** The request as the gateway vouched for it, or null: unsigned, altered, stale, replayed, or signed for another subgraph. */
  verify(statement: unknown, signature: unknown, body: string | Buffer, now = Date.now()): SignedRequest | null {
    if (typeof statement !== 'string' || typeof signature !== 'string') return null;
    const dot = signature.indexOf('.');
    const key = this.#keys.get(signature.slice(0, dot));
    if (!key) return null;
    const expected = seal(key, statement);
    const given = Buffer.from(signature.slice(dot + 1), 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    const said = JSON.parse(Buffer.from(statement, 'base64url').toString('utf8')) as ViewerClaims;
    if (said.version !== 1 || said.audience !== this.#audience || said.body !== digest(body)) return null;
    if (Math.abs(now - said.issuedAt) > MAX_CLOCK_SKEW_MS || !this.#remember(said.nonce, said.issuedAt, now)) return null;
    return { requestId: said.requestId, viewer: said.viewer, ...(said.operation && { operation: said.operation }) };
  }

  /** False for a nonce that was seen before. Nonces come in about the order of their time, so the oldest leave first. */
  #remember(nonce: string, issuedAt: number, now: number): boolean {
    for (const [old, time] of this.#seen) {
      if (now - time <= MAX_CLOCK_SKEW_MS) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(nonce)) return false;
    this.#seen.set(nonce, issuedAt);
    return true;
  }
}
