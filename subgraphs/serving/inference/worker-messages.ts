import type { PackedTensors } from './packed-tensors.js';

/** The names of the tensors that a model takes and gives, in the order of each message. */
export interface TensorNames {
  inputs: readonly string[];
  outputs: readonly string[];
}

/** What a worker is told, one at a time. */
export type WorkerRequest =
  | { kind: 'load'; key: string; bytes: Uint8Array; names: TensorNames }
  | { kind: 'drop'; key: string }
  | { kind: 'run'; key: string; feeds: PackedTensors };

/** What a worker says to each. */
export type WorkerResponse = { kind: 'done'; outputs: PackedTensors } | { kind: 'fault'; message: string };
