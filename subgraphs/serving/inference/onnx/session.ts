import { InferenceSession } from 'onnxruntime-node';
import { TENSOR_TYPES, type Signature, type TensorSignature, type TensorType } from '../signature.js';

/** One thread, because each worker uses one core. No memory arena, so that freed memory returns to the operating system. */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  enableCpuMemArena: false,
  logSeverityLevel: 4,
};

export const openSession = (bytes: Uint8Array): Promise<InferenceSession> => InferenceSession.create(bytes, SESSION_OPTIONS);

/** Returns the tensors of a session without unsupported outputs; null if an input is unsupported, or if no input or output is left. */
export function sessionSignature(session: InferenceSession, classes: string[] | null): Signature | null {
  const inputs = session.inputMetadata.map(tensorSignature);
  const outputs = session.outputMetadata.map(tensorSignature).filter((output) => output !== null);
  if (inputs.length === 0 || outputs.length === 0 || inputs.some((input) => input === null)) return null;
  return { inputs: inputs as TensorSignature[], outputs, classes };
}

function tensorSignature(value: InferenceSession.ValueMetadata): TensorSignature | null {
  if (!value.isTensor || !(TENSOR_TYPES as readonly string[]).includes(value.type)) return null;
  return { name: value.name, type: value.type as TensorType, shape: value.shape.map((size) => (typeof size === 'number' ? size : null)) };
}

/** Returns the message of a runtime error without file paths and source locations, in at most 300 printable ASCII characters. */
export const runtimeErrorMessage = (error: unknown): string =>
  String(error instanceof Error ? error.message : error)
    .replace(/(?:[\w.+-]*\/){2,}[\w.+-]+(?::\d+)?/g, '')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .slice(0, 300)
    .trim();
