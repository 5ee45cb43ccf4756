import type { PackedTensors } from './packed-tensors.js';

/** What a worker is told, one at a time. */
export type WorkerRequest =
  | { kind: 'load'; key: string; bytes: Uint8Array; outputs: readonly string[] }
  | { kind: 'drop'; key: string }
  | { kind: 'run'; key: string; feeds: PackedTensors };

/** What a worker says to each. */
export type WorkerResponse = { kind: 'done'; outputs: PackedTensors } | { kind: 'fault'; message: string };
