import { createHash } from 'node:crypto';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import { claimNames, type Claims } from './claims.js';
import { KeysUnavailable, type KeySet } from './key-set.js';

/** The algorithms of signatures with a public key. A key that is published can make no signature of these. */
export const TOKEN_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

export interface TokenRules {
  /** The accepted values of the claim `iss`; null if it is not checked. */
  readonly issuers: readonly string[] | null;
  /** The accepted values of the claim `aud`, one of which a token must have; null if it is not checked. */
  readonly audiences: readonly string[] | null;
  readonly algorithms: readonly string[];
  /** The claims that may have the scopes. The first one that a token has counts. */
  readonly scopesClaims: readonly string[];
  /** The claim that names the policies that a client satisfies. */
  readonly policiesClaim: string;
}

/** The content of a valid token. */
export interface VerifiedToken {
  readonly claims: Claims;
  readonly scopes: readonly string[];
  readonly policies: readonly string[];
  /** Identifies the client that the token was issued to. */
  readonly principal: string;
}

/** The largest difference between the clocks of the issuer and the gateway, in seconds. */
const LEEWAY_S = 5;
/** The longest time for which a verified token is cached, in milliseconds. A key that the issuer withdraws is trusted that long. */
const TTL_MS = 60_000;
const MAX_CACHED_TOKENS = 10_000;
/** The longest token that is verified, in characters. */
const MAX_LENGTH = 16_384;

/** Verifies JSON Web Tokens (RFC 7519) with the keys of their issuer. */
export class TokenVerifier {
  readonly #keys: KeySet;
  readonly #rules: TokenRules;
  readonly #options: JWTVerifyOptions;
  readonly #logger: Logger;
  readonly #cache = new LRUCache<string, VerifiedToken>({ max: MAX_CACHED_TOKENS, ttl: TTL_MS });

  constructor(keys: KeySet, rules: TokenRules, logger: Logger) {
    this.#keys = keys;
    this.#rules = rules;
    this.#logger = logger;
    this.#options = {
      algorithms: [...rules.algorithms],
      clockTolerance: LEEWAY_S,
      requiredClaims: ['exp'],
      ...(rules.issuers && { issuer: [...rules.issuers] }),
      ...(rules.audiences && { audience: [...rules.audiences] }),
    };
  }

  /** Returns the content of a token. Throws UNAUTHENTICATED if it is not valid, and UNAVAILABLE if there are no keys. */
  async verify(token: string, requestId: string): Promise<VerifiedToken> {
    if (token.length > MAX_LENGTH) throw invalidToken();
    const id = createHash('sha256').update(token).digest('base64');
    const known = this.#cache.get(id);
    if (known) return known;
    try {
      const claims = await this.#verify(token);
      const verified = this.#verified(claims, id);
      this.#cache.set(id, verified, { ttl: Math.max(1, Math.min(TTL_MS, (claims.exp! + LEEWAY_S) * 1000 - Date.now())) });
      return verified;
    } catch (error) {
      if (error instanceof KeysUnavailable) throw codedError('UNAVAILABLE', 'Tokens cannot be verified at the moment. Try again later.');
      // Errors that are not of jose come from a key that is not valid itself, such as an RSA key of less than 2048 bits.
      this.#logger[error instanceof errors.JOSEError ? 'debug' : 'warn'](
        { reason: (error as Error).message, requestId },
        'a token was refused',
      );
      throw invalidToken();
    }
  }

  async #verify(token: string): Promise<JWTPayload> {
    try {
      return (await jwtVerify(token, (header) => this.#keys.keyOf(header), this.#options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      return this.#verifyByEach(token, error);
    }
  }

  /** Verifies a token that any of several keys may have signed: those with its `kid`, or all if it has none. */
  async #verifyByEach(token: string, keys: errors.JWKSMultipleMatchingKeys): Promise<JWTPayload> {
    for await (const key of keys) {
      try {
        return (await jwtVerify(token, key, this.#options)).payload;
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }

  #verified(claims: Claims, id: string): VerifiedToken {
    const { scopesClaims, policiesClaim } = this.#rules;
    const scopesClaim = scopesClaims.find((name) => claimNames(claims, name).length > 0);
    return {
      claims,
      scopes: scopesClaim === undefined ? [] : claimNames(claims, scopesClaim),
      policies: claimNames(claims, policiesClaim),
      principal: typeof claims.sub === 'string' ? `${String(claims.iss)} ${claims.sub}` : id,
    };
  }
}

/** Returns the error for a token that is not valid, with the header of RFC 6750. It does not say why: the log does. */
export const invalidToken = () =>
  codedError('UNAUTHENTICATED', 'The token is not valid or has expired. Send a valid one in the header "Authorization: Bearer <token>".', {
    extensions: { http: { status: 401, headers: new Map([['www-authenticate', 'Bearer error="invalid_token"']]) } },
  });
