import type { PackedTensors } from './packed-tensors.js';

/** The names of the input and output tensors of a model, in the order of the tensors in messages. */
export interface TensorNames {
  inputs: readonly string[];
  outputs: readonly string[];
}

/** A request to a worker process. A worker has at most one request at a time. */
export type WorkerRequest =
  | { kind: 'load'; key: string; bytes: Uint8Array; names: TensorNames }
  | { kind: 'drop'; key: string }
  | { kind: 'run'; key: string; feeds: PackedTensors };

/** The response of a worker process to one request. */
export type WorkerResponse = { kind: 'done'; outputs: PackedTensors } | { kind: 'fault'; message: string };
