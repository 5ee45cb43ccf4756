import type { FastifyInstance } from 'fastify';
import type { Viewer } from '../../shared/viewer/viewer.js';
import { isActive } from '../api-key/api-key.rules.js';
import type { CredentialStore } from './credential.unscoped.store.js';
import type { Identity } from './identity.js';
import { viewerOf } from './viewer-of.js';

/** Whose credential it is; `viewer` is null for one that opens nothing, and nobody learns why. */
export interface Identified {
  viewer: Viewer | null;
  /** When the credential ends by itself. */
  expiresAt: Date | null;
}

const NOBODY: Identified = { viewer: null, expiresAt: null };

/** What the gateway asks, beside GraphQL: whose an API key is, and with which keys session tokens are checked. */
export function identityRoutes(server: FastifyInstance, credentials: CredentialStore, { apiKeys, sessions }: Identity): void {
  server.post('/identity/api-key', async ({ body }) => identify((body as { token?: unknown } | undefined)?.token));
  server.post('/identity/keys', () => sessions.publicKeys());

  async function identify(token: unknown): Promise<Identified> {
    const digest = apiKeys.digest(token);
    const key = digest && (await credentials.apiKey(digest));
    const now = new Date();
    if (!key || !isActive(key, now) || !key.user.isActive) return NOBODY;
    await credentials.used(key, now);
    return { viewer: viewerOf(key.user, key.scopes), expiresAt: key.expiresAt };
  }
}
