import { InferenceSession } from 'onnxruntime-node';
import { TENSOR_TYPES, type Signature, type TensorSignature, type TensorType } from '../signature.js';

/** One thread: a server has as many workers as it is to use cores. No arena, so that what is not needed is given back. */
const OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  enableCpuMemArena: false,
  logSeverityLevel: 4,
};

export const openSession = (bytes: Uint8Array): Promise<InferenceSession> => InferenceSession.create(bytes, OPTIONS);

/** What a session takes and gives; of what it gives, only the tensors. Null where an input is of a kind that no JSON says. */
export function signatureOf(session: InferenceSession, classes: string[] | null): Signature | null {
  const inputs = session.inputMetadata.map(tensorOf);
  const outputs = session.outputMetadata.map(tensorOf).filter((output) => output !== null);
  if (inputs.length === 0 || outputs.length === 0 || inputs.some((input) => input === null)) return null;
  return { inputs: inputs as TensorSignature[], outputs, classes };
}

function tensorOf(value: InferenceSession.ValueMetadata): TensorSignature | null {
  if (!value.isTensor || !(TENSOR_TYPES as readonly string[]).includes(value.type)) return null;
  return { name: value.name, type: value.type as TensorType, shape: value.shape.map((size) => (typeof size === 'number' ? size : null)) };
}

/** What the runtime says of a fault, without the places on disk and in its own sources that it names. */
export const faultOf = (error: unknown): string =>
  String(error instanceof Error ? error.message : error)
    .replace(/(?:[\w.+-]*\/){2,}[\w.+-]+(?::\d+)?/g, '')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .slice(0, 300)
    .trim();
