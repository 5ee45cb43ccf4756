import { isDeepStrictEqual } from 'node:util';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';

export interface CredentialCheckOptions {
  /** The time for which a credential counts as valid while it cannot be checked, in milliseconds. Defaults to 30 s, enough to restart a subgraph. */
  gracePeriodMs?: number;
  /** The shortest time between two checks within the grace period, in milliseconds. Defaults to 2 s. */
  retryIntervalMs?: number;
}

/**
 * Returns a function that checks if a credential still authenticates the same client with the same rights. It throws
 * UNAUTHENTICATED if the credential was revoked or has expired, FORBIDDEN if the client or the client's rights have
 * changed, and the error of `authenticate` once the grace period has passed without a successful check.
 */
export function credentialCheck<Identity>(
  identity: Identity,
  authenticate: () => Promise<Identity>,
  { gracePeriodMs = 30_000, retryIntervalMs = 2_000 }: CredentialCheckOptions = {},
): () => Promise<void> {
  let checkedAt = Date.now();
  let failedAt = 0;
  return async () => {
    if (Date.now() < failedAt + retryIntervalMs) return;
    try {
      const current = await authenticate();
      checkedAt = Date.now();
      if (isDeepStrictEqual(current, identity)) return;
    } catch (error) {
      const { code } = (error as { extensions?: { code?: string } }).extensions ?? {};
      const isTransient = code === 'UNAVAILABLE' || code === 'TIMEOUT';
      if (!isTransient || Date.now() > checkedAt + gracePeriodMs) throw error;
      failedAt = Date.now();
      return;
    }
    throw codedError('FORBIDDEN', 'The rights of the credential have changed since the subscription began. Subscribe again.');
  };
}
