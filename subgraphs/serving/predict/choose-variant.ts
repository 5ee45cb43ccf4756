import { createHash, randomInt } from 'node:crypto';
import type { TrafficShare } from '../deployment/traffic-share.js';

/** Hash buckets: the resolution of the traffic split is 0.01 percent. */
const BUCKETS = 10_000;

/**
 * Chooses the model version that makes a prediction of a deployment. Requests with the same `requestId` get the same version as long as
 * the shares stay the same. All other requests are split at random, in proportion to the shares.
 */
export function chooseVariant(deploymentId: string, shares: readonly TrafficShare[], requestId: string | null | undefined): string {
  let bucket = requestId == null ? randomInt(BUCKETS) : hash(`${deploymentId} ${requestId}`) % BUCKETS;
  const ordered = [...shares].sort((a, b) => (a.modelVersionId < b.modelVersionId ? -1 : 1));
  for (const { modelVersionId, percent } of ordered) {
    bucket -= (percent * BUCKETS) / 100;
    if (bucket < 0) return modelVersionId;
  }
  return ordered.at(-1)!.modelVersionId;
}

const hash = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0);
