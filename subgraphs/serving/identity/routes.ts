import type { FastifyInstance } from 'fastify';
import type { Viewer } from '../../shared/viewer/viewer.js';
import { isApiKeyActive } from './api-key-active.js';
import type { CredentialStore } from './credential.unscoped.store.js';
import type { Identity } from './identity.js';
import { viewerOfUser } from './viewer-of-user.js';

/** The response for an API key. `viewer` is null for an unknown or inactive key; the reason is not disclosed. */
export interface ApiKeyIdentity {
  viewer: Viewer | null;
  /** The time at which the key expires; null if it never does. */
  expiresAt: Date | null;
}

const UNKNOWN_KEY: ApiKeyIdentity = { viewer: null, expiresAt: null };

/** Registers the HTTP routes for the gateway: identifying the user of an API key, and the public keys that verify session tokens. */
export function identityRoutes(server: FastifyInstance, credentials: CredentialStore, { apiKeys, sessions }: Identity): void {
  server.post('/identity/api-key', async ({ body }) => identify((body as { token?: unknown } | undefined)?.token));
  server.post('/identity/keys', () => sessions.publicKeys());

  async function identify(token: unknown): Promise<ApiKeyIdentity> {
    const digest = apiKeys.digest(token);
    const key = digest && (await credentials.findApiKey(digest));
    const now = new Date();
    if (!key || !isApiKeyActive(key, now) || !key.user.isActive) return UNKNOWN_KEY;
    await credentials.recordUse(key, now);
    return { viewer: viewerOfUser(key.user, key.scopes), expiresAt: key.expiresAt };
  }
}
