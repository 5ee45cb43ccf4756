import { createHash, randomInt } from 'node:crypto';

/** The share of a deployment's predictions that a version makes. */
export interface Share {
  modelVersionId: string;
  percent: number;
}

const PARTS = 10_000;

/**
 * The version that a request falls to. A request with a name always falls to the same one as long as the shares stay; requests with
 * different names, and those without, fall by the shares.
 */
export function variantOf(deploymentId: string, shares: readonly Share[], requestId: string | null | undefined): string {
  let part = requestId == null ? randomInt(PARTS) : hash(`${deploymentId} ${requestId}`) % PARTS;
  const ordered = [...shares].sort((one, other) => (one.modelVersionId < other.modelVersionId ? -1 : 1));
  for (const { modelVersionId, percent } of ordered) {
    part -= (percent * PARTS) / 100;
    if (part < 0) return modelVersionId;
  }
  return ordered.at(-1)!.modelVersionId;
}

const hash = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0);
