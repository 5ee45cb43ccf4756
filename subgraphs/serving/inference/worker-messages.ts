import type { Tensor } from './tensor.js';

/** What a worker is told, one at a time. */
export type WorkerRequest =
  | { kind: 'load'; key: string; bytes: Uint8Array; outputs: readonly string[] }
  | { kind: 'drop'; key: string }
  | { kind: 'run'; key: string; feeds: readonly Tensor[] };

/** What a worker says to each. */
export type WorkerResponse = { kind: 'done'; outputs: Tensor[] } | { kind: 'fault'; message: string };
