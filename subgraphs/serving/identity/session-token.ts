import { createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, SignJWT, type JWK } from 'jose';
import type { Viewer } from '../../shared/viewer/viewer.js';

/** The issuer and the audience of session tokens: the graph itself. */
export const ISSUER = 'ml-platform-graph';
const LIFETIME_MS = 15 * 60_000;
const ALGORITHM = 'EdDSA';

export interface SessionToken {
  token: string;
  expiresAt: Date;
}

/** Issues session tokens: JWTs of 15 minutes, which anyone with the public key can verify without a request to this subgraph. */
export class SessionTokens {
  readonly #privateKey: KeyObject;
  readonly #publicKey: Promise<JWK & { kid: string }>;

  constructor(privateKey: KeyObject) {
    this.#privateKey = privateKey;
    this.#publicKey = publicJwk(privateKey);
  }

  async issue(viewer: Viewer, now = new Date()): Promise<SessionToken> {
    const { kid } = await this.#publicKey;
    const issuedAt = Math.floor(now.getTime() / 1000);
    const expiresAt = issuedAt + LIFETIME_MS / 1000;
    const token = await new SignJWT({ org: viewer.organizationId, roles: [...viewer.roles] })
      .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setSubject(viewer.userId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(this.#privateKey);
    return { token, expiresAt: new Date(expiresAt * 1000) };
  }

  /** Returns the JWK set that verifies the tokens. */
  async publicKeys(): Promise<{ keys: JWK[] }> {
    return { keys: [await this.#publicKey] };
  }
}

/** Derives the public JWK. Its key id is the RFC 7638 thumbprint. */
async function publicJwk(privateKey: KeyObject): Promise<JWK & { kid: string }> {
  const jwk = await exportJWK(createPublicKey(privateKey));
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: ALGORITHM, use: 'sig' };
}
