import type { ApiKey } from '../generated/prisma/client.js';

/** True if the API key is neither revoked nor expired at `now`. */
export const isApiKeyActive = ({ revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now: Date): boolean =>
  revokedAt === null && (expiresAt === null || expiresAt > now);
