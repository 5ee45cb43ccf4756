import { LRUCache } from 'lru-cache';
import { EndpointClient } from './endpoint-client.js';
import { InferencePool } from './inference-pool.js';
import { SchemaValidators } from './schema-validators.js';
import type { Signature } from './signature.js';

export interface InferenceConfig {
  /** The number of worker processes. */
  workers: number;
  /** The time limit of a prediction in ms, including the time in the queue and the time to load the model. */
  timeoutMs: number;
  /** The origins of model servers that deployments may call. */
  endpointsAllowed: readonly string[];
}

/** The parts that run models. Each process has one. */
export interface Inference {
  pool: InferencePool;
  endpoints: EndpointClient;
  timeoutMs: number;
  /** Recently used artifacts by organization and SHA-256. An artifact never changes, so an entry never becomes stale. */
  artifactCache: LRUCache<string, CachedArtifact>;
  validators: SchemaValidators;
  close(): Promise<void>;
}

export interface CachedArtifact {
  orgId: string;
  blobId: string;
  signature: Signature;
}

const WORKER_MEMORY_BYTES = 1024 * 1024 * 1024;
const SESSION_CACHE_BYTES = 256 * 1024 * 1024;
const MAX_CACHED_ARTIFACTS = 1000;

export function createInference({ workers, timeoutMs, endpointsAllowed }: InferenceConfig): Inference {
  const pool = new InferencePool({ workers, memoryBytes: WORKER_MEMORY_BYTES, sessionCacheBytes: SESSION_CACHE_BYTES });
  const endpoints = new EndpointClient(endpointsAllowed);
  const close = async () => void (await Promise.all([pool.close(), endpoints.close()]));
  const artifactCache = new LRUCache<string, CachedArtifact>({ max: MAX_CACHED_ARTIFACTS });
  return { pool, endpoints, timeoutMs, artifactCache, validators: new SchemaValidators(), close };
}
