import { customFetch, createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { createHash } from 'node:crypto';
import { unauthenticated } from '../../subgraphs/shared/errors/coded-error.js';
import { isId } from '../../subgraphs/shared/input/id.js';
import type { Viewer } from '../../subgraphs/shared/viewer/viewer.js';
import { parseJsonObject } from '../transport/subgraph-response.js';
import { RequestDeduplicator } from '../transport/request-deduplicator.js';
import { signedRequest } from '../transport/signed-request.js';
import { SubgraphClient } from '../transport/subgraph-client.js';
import { SubgraphFault, clientError } from '../transport/subgraph-fault.js';
import type { SubgraphAddress } from '../config.js';
import type { Credential } from './credential.js';

/** The time for which the viewer of an API key is cached, in milliseconds. A revocation takes effect after this time at the latest. */
const API_KEY_TTL_MS = 500;
/** The longest time for which a verified session token is cached, in milliseconds. Session tokens cannot be revoked. */
const SESSION_TTL_MS = 60_000;
const MAX_CACHED_CREDENTIALS = 10_000;
const ISSUER = 'ml-platform-graph';

/** The result of authenticating a credential. */
interface Authentication {
  /** Null if the credential is not valid. */
  viewer: Viewer | null;
  /** The time for which the result may be cached, in milliseconds. Defaults to that for API keys. */
  ttl?: number;
}

/**
 * Authenticates credentials. The serving subgraph owns users and API keys: it looks up keys, and publishes the key set
 * with which session tokens, which are JSON Web Tokens, are verified here.
 */
export class Authenticator {
  readonly #serving: SubgraphAddress;
  readonly #client: SubgraphClient;
  readonly #logger: Logger;
  readonly #keySet: ReturnType<typeof createRemoteJWKSet>;
  readonly #cache = new LRUCache<string, Authentication>({ max: MAX_CACHED_CREDENTIALS, ttl: API_KEY_TTL_MS });
  readonly #deduplicator = new RequestDeduplicator<Authentication>();

  constructor(serving: SubgraphAddress, timeoutMs: number, logger: Logger) {
    this.#serving = serving;
    this.#client = new SubgraphClient({ name: serving.name, url: serving.url, timeoutMs, logger });
    this.#logger = logger;
    this.#keySet = createRemoteJWKSet(new URL('/identity/keys', serving.url), {
      [customFetch]: async () => Response.json(await this.#request('/identity/keys', {}, 'keys')),
    });
  }

  /**
   * Returns the viewer of a credential. Throws UNAUTHENTICATED if the credential is unknown, expired, revoked or forged,
   * and UNAVAILABLE or TIMEOUT if the serving subgraph gives no usable response.
   */
  async authenticate(credential: Credential, requestId: string): Promise<Viewer> {
    try {
      const { viewer } = await this.#authentication(credential);
      if (viewer) return viewer;
    } catch (error) {
      if (!(error instanceof SubgraphFault)) throw error;
      this.#logger.warn({ err: error, requestId }, 'authentication failed');
      throw clientError(error);
    }
    throw unauthenticated();
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /** Sends a request to the serving subgraph and returns the response, a JSON object that has `requiredKey`. */
  async #request(path: string, content: object, requiredKey: string): Promise<object> {
    const signed = { requestId: 'identity', viewer: null };
    const text = await this.#client.post(signedRequest(this.#serving, signed, content, { path, isRepeatable: true }));
    const response = parseJsonObject(this.#serving.name, text);
    if (!(requiredKey in response)) throw new SubgraphFault(this.#serving.name, 'UNAVAILABLE', `${path} responded without ${requiredKey}`);
    return response;
  }

  async #authentication({ kind, token }: Credential): Promise<Authentication> {
    const cacheKey = createHash('sha256').update(`${kind} ${token}`).digest('base64');
    const cached = this.#cache.get(cacheKey);
    if (cached) return cached;
    return this.#deduplicator.share(cacheKey, undefined, async () => {
      const authentication = await (kind === 'apiKey' ? this.#lookUpApiKey(token) : this.#verifySession(token));
      this.#cache.set(cacheKey, authentication, { ttl: authentication.ttl });
      return authentication;
    });
  }

  async #lookUpApiKey(token: string): Promise<Authentication> {
    return (await this.#request('/identity/api-key', { token }, 'viewer')) as { viewer: Viewer | null };
  }

  async #verifySession(token: string): Promise<Authentication> {
    try {
      const { payload } = await jwtVerify(token, this.#keySet, {
        algorithms: ['EdDSA'],
        issuer: ISSUER,
        audience: ISSUER,
        requiredClaims: ['exp', 'sub'],
      });
      return { viewer: sessionViewer(payload), ttl: Math.min(SESSION_TTL_MS, payload.exp! * 1000 - Date.now()) };
    } catch (error) {
      if (error instanceof errors.JOSEError) return { viewer: null };
      throw error;
    }
  }
}

/** Returns the viewer that the claims of a session token describe, or null if claims are missing or malformed. */
function sessionViewer({ sub, org, roles }: JWTPayload): Viewer | null {
  if (!isId(sub) || !isId(org) || !Array.isArray(roles)) return null;
  return { organizationId: org, userId: sub, roles: roles as Viewer['roles'], scopes: [] };
}
