import { isDeepStrictEqual } from 'node:util';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import type { Viewer } from '../../subgraphs/shared/viewer/viewer.js';

export interface CredentialCheckOptions {
  /** How long a credential that cannot be checked is believed, in milliseconds; 30 s, as its server may be starting anew. */
  gracePeriodMs?: number;
  /** The pause before such a check is tried again; 2 s. */
  retryIntervalMs?: number;
}

/**
 * Makes the check whether a credential still opens what it opened for this viewer. It throws UNAUTHENTICATED where it opens
 * nothing any more, FORBIDDEN where it is another viewer's or the viewer's rights have changed, and what `authenticate`
 * throws where it could not be asked for a while.
 */
export function credentialCheck(
  viewer: Viewer,
  authenticate: () => Promise<Viewer>,
  { gracePeriodMs = 30_000, retryIntervalMs = 2_000 }: CredentialCheckOptions = {},
): () => Promise<void> {
  let provenAt = Date.now();
  let triedAt = 0;
  return async () => {
    if (Date.now() < triedAt + retryIntervalMs) return;
    try {
      const now = await authenticate();
      provenAt = Date.now();
      if (isDeepStrictEqual(now, viewer)) return;
    } catch (error) {
      const { code } = (error as { extensions?: { code?: string } }).extensions ?? {};
      const isAway = code === 'UNAVAILABLE' || code === 'TIMEOUT';
      if (!isAway || Date.now() > provenAt + gracePeriodMs) throw error;
      triedAt = Date.now();
      return;
    }
    throw codedError('FORBIDDEN', 'What the credential allows has changed.');
  };
}
