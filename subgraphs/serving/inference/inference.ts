import { LRUCache } from 'lru-cache';
import { Endpoints } from './endpoints.js';
import { InferencePool } from './pool.js';
import type { Signature } from './signature.js';

export interface InferenceConfig {
  /** How many processes run models at once. */
  workers: number;
  /** Milliseconds that a prediction may take, with its waiting and the opening of its model. */
  timeoutMs: number;
  /** The origins of servers of models that are called. */
  endpointsAllowed: readonly string[];
}

/** What runs models: one for a process. */
export interface Inference {
  pool: InferencePool;
  endpoints: Endpoints;
  timeoutMs: number;
  /** What is known of files that were asked for lately; by organization and bytes, which never change. */
  artifacts: LRUCache<string, KnownArtifact>;
  close(): Promise<void>;
}

export interface KnownArtifact {
  orgId: string;
  blobId: string;
  signature: Signature;
}

const WORKER_MEMORY_BYTES = 1024 * 1024 * 1024;
const OPEN_BYTES = 256 * 1024 * 1024;
const KNOWN_ARTIFACTS = 1000;

export function inferenceOf({ workers, timeoutMs, endpointsAllowed }: InferenceConfig): Inference {
  const pool = new InferencePool({ workers, memoryBytes: WORKER_MEMORY_BYTES, openBytes: OPEN_BYTES });
  const endpoints = new Endpoints(endpointsAllowed);
  const close = async () => void (await Promise.all([pool.close(), endpoints.close()]));
  return { pool, endpoints, timeoutMs, artifacts: new LRUCache({ max: KNOWN_ARTIFACTS }), close };
}
