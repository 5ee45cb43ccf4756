import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { OperationTypeNode } from 'graphql';
import type { Viewer } from './viewer.js';

/** A signing key and its id. Two keys may be valid at once, so that keys can be rotated without downtime. */
export interface SigningKey {
  readonly id: string;
  readonly secret: Buffer;
}

/** The part of a request that the gateway signs for a subgraph. `viewer` is null if the request is anonymous. */
export interface SignedRequest {
  readonly requestId: string;
  readonly viewer: Viewer | null;
  /** The kind of the client's operation. The gateway completes the result of a mutation with queries, which need the same scope. */
  readonly operation?: OperationTypeNode;
  /** The key by which the address of the client is counted. Absent if the request came from no client of the gateway. */
  readonly address?: string;
}

/** A signed request, as its receiver has verified it. */
export interface VerifiedRequest extends SignedRequest {
  /** The milliseconds that the sender waits: for the response or, if the response is an event stream, for each event. */
  readonly timeoutMs?: number;
}

interface ViewerClaims extends VerifiedRequest {
  version: 1;
  audience: string;
  /** Milliseconds since the epoch. */
  issuedAt: number;
  nonce: string;
  /** The SHA-256 of the body in base64url: the signature is valid for these bytes only. */
  body: string;
}

export const CLAIMS_HEADER = 'x-viewer';
export const SIGNATURE_HEADER = 'x-viewer-signature';
/** The largest difference in milliseconds between `issuedAt` and the receiver's clock. It allows for clock skew and latency. */
export const MAX_CLOCK_SKEW_MS = 30_000;

const digest = (body: string | Buffer) => hash('sha256', body, 'base64url');
const hmac = (key: SigningKey, claims: string) => createHmac('sha256', key.secret).update(claims).digest();

export interface SignOptions {
  /** The milliseconds that the sender waits for the response. */
  timeoutMs?: number;
  /** The time in milliseconds since the epoch. */
  now?: number;
}

/** Returns the two headers with which a subgraph accepts this body from this viewer, once and within 30 seconds. */
export function sign(
  audience: string,
  key: SigningKey,
  request: SignedRequest,
  body: string | Buffer,
  { timeoutMs, now = Date.now() }: SignOptions = {},
): Record<string, string> {
  const claims: ViewerClaims = {
    version: 1,
    audience,
    issuedAt: now,
    nonce: randomBytes(16).toString('base64url'),
    requestId: request.requestId,
    viewer: request.viewer,
    operation: request.operation,
    timeoutMs,
    address: request.address,
    body: digest(body),
  };
  const encoded = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return { [CLAIMS_HEADER]: encoded, [SIGNATURE_HEADER]: `${key.id}.${hmac(key, encoded).toString('base64url')}` };
}

/** Returns the text that is signed instead of the body if the body is a stream. It cannot be mistaken for a JSON body. */
export const requestLine = (method: string, url: string): string => `${method} ${url}`;

/** Verifies the headers that `sign` made. It stores the nonces of the last 30 seconds, so that a request is accepted once. */
export class RequestVerifier {
  readonly #audience: string;
  readonly #keys: ReadonlyMap<string, SigningKey>;
  /** The time of issue of each nonce. */
  readonly #nonces = new Map<string, number>();

  constructor(audience: string, keys: readonly SigningKey[]) {
    this.#audience = audience;
    this.#keys = new Map(keys.map((key) => [key.id, key]));
  }

  /** Returns the signed request, or null if it is unsigned, altered, stale, replayed, or signed for another subgraph. */
  verify(encoded: unknown, signature: unknown, body: string | Buffer, now = Date.now()): VerifiedRequest | null {
    if (typeof encoded !== 'string' || typeof signature !== 'string') return null;
    const dot = signature.indexOf('.');
    const key = this.#keys.get(signature.slice(0, dot));
    if (!key) return null;
    const expected = hmac(key, encoded);
    const received = Buffer.from(signature.slice(dot + 1), 'base64url');
    if (received.length !== expected.length || !timingSafeEqual(received, expected)) return null;
    const claims = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8')) as ViewerClaims;
    if (claims.version !== 1 || claims.audience !== this.#audience || claims.body !== digest(body)) return null;
    if (Math.abs(now - claims.issuedAt) > MAX_CLOCK_SKEW_MS || !this.#storeNonce(claims.nonce, claims.issuedAt, now)) return null;
    const { requestId, viewer, operation, address, timeoutMs } = claims;
    return {
      requestId,
      viewer,
      ...(operation && { operation }),
      ...(address !== undefined && { address }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    };
  }

  /** Stores a nonce and returns true, or returns false if it is already stored. Nonces are in about the order of their times. */
  #storeNonce(nonce: string, issuedAt: number, now: number): boolean {
    for (const [old, time] of this.#nonces) {
      if (now - time <= MAX_CLOCK_SKEW_MS) break;
      this.#nonces.delete(old);
    }
    if (this.#nonces.has(nonce)) return false;
    this.#nonces.set(nonce, issuedAt);
    return true;
  }
}
