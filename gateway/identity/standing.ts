import { isDeepStrictEqual } from 'node:util';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import type { Viewer } from '../../subgraphs/shared/viewer/viewer.js';

/** How long a credential that cannot be checked is believed, in milliseconds: its server may be starting anew. */
const BLIND_MS = 30_000;
/** The pause before a check that failed is tried again. */
const PAUSE_MS = 2_000;

/**
 * Makes the check whether a credential still opens what it opened for this viewer. It throws UNAUTHENTICATED where it opens
 * nothing any more, FORBIDDEN where it is another viewer's or the viewer's rights have changed, and what `authenticate`
 * throws where it could not be asked for a while.
 */
export function standing(viewer: Viewer, authenticate: () => Promise<Viewer>): () => Promise<void> {
  let provenAt = Date.now();
  let triedAt = 0;
  return async () => {
    if (Date.now() < triedAt + PAUSE_MS) return;
    try {
      const now = await authenticate();
      provenAt = Date.now();
      if (isDeepStrictEqual(now, viewer)) return;
    } catch (error) {
      const { code } = (error as { extensions?: { code?: string } }).extensions ?? {};
      const isAway = code === 'UNAVAILABLE' || code === 'TIMEOUT';
      if (!isAway || Date.now() > provenAt + BLIND_MS) throw error;
      triedAt = Date.now();
      return;
    }
    throw codedError('FORBIDDEN', 'What the credential allows has changed.');
  };
}
