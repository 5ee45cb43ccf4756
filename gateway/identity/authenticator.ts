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

/** How long an API key's viewer is believed without asking again; revocation is felt after this at the latest. */
const API_KEY_TTL_MS = 500;
/** How long a session token, which cannot be revoked, is believed without verifying it again, unless it ends before. */
const SESSION_TTL_MS = 60_000;
const CREDENTIALS_REMEMBERED = 10_000;
const ISSUER = 'ml-platform-graph';

/** Turns credentials into viewers. The serving subgraph, which owns users and keys, is asked over the signed wire. */
export class Authenticator {
  readonly #serving: SubgraphAddress;
  readonly #client: SubgraphClient;
  readonly #logger: Logger;
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  readonly #known = new LRUCache<string, Known>({ max: CREDENTIALS_REMEMBERED, ttl: API_KEY_TTL_MS });
  readonly #asked = new RequestDeduplicator<Known>();

  constructor(serving: SubgraphAddress, timeoutMs: number, logger: Logger) {
    this.#serving = serving;
    this.#client = new SubgraphClient({ name: serving.name, url: serving.url, timeoutMs, logger });
    this.#logger = logger;
    this.#keys = createRemoteJWKSet(new URL('/identity/keys', serving.url), {
      [customFetch]: async () => Response.json(await this.#ask('/identity/keys', {}, 'keys')),
    });
  }

  /** The viewer of a credential. Throws UNAUTHENTICATED for one that is unknown, expired, revoked or forged. */
  async authenticate(credential: Credential, requestId: string): Promise<Viewer> {
    try {
      const { viewer } = await this.#whose(credential);
      if (viewer) return viewer;
    } catch (error) {
      if (!(error instanceof SubgraphFault)) throw error;
      this.#logger.warn({ err: error, requestId }, 'identity cannot be asked');
      throw clientError(error);
    }
    throw unauthenticated();
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /** Asks a path for the JSON object that has this key. */
  async #ask(path: string, content: object, key: string): Promise<object> {
    const signed = { requestId: 'identity', viewer: null };
    const text = await this.#client.post(signedRequest(this.#serving, signed, content, { path, isRepeatable: true }));
    const said = parseJsonObject(this.#serving.name, text);
    if (!(key in said)) throw new SubgraphFault(this.#serving.name, 'UNAVAILABLE', `${path} answered without ${key}`);
    return said;
  }

  async #whose({ kind, token }: Credential): Promise<Known> {
    const name = createHash('sha256').update(`${kind} ${token}`).digest('base64');
    const known = this.#known.get(name);
    if (known) return known;
    return this.#asked.share(name, undefined, async () => {
      const found = await (kind === 'apiKey' ? this.#ofApiKey(token) : this.#ofSession(token));
      this.#known.set(name, found, { ttl: found.ttl });
      return found;
    });
  }

  async #ofApiKey(token: string): Promise<Known> {
    return (await this.#ask('/identity/api-key', { token }, 'viewer')) as { viewer: Viewer | null };
  }

  async #ofSession(token: string): Promise<Known> {
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
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

/** Whose a credential is, and for how many milliseconds that is believed. */
interface Known {
  viewer: Viewer | null;
  ttl?: number;
}

function sessionViewer({ sub, org, roles }: JWTPayload): Viewer | null {
  if (!isId(sub) || !isId(org) || !Array.isArray(roles)) return null;
  return { organizationId: org, userId: sub, roles: roles as Viewer['roles'], scopes: [] };
}
