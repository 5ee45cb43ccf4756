import type { TensorType } from './signature.js';
import { ARRAYS, type Tensor, type TensorData } from './tensor.js';

/**
 * Tensors as a message carries them, in an order that both sides know the names of: with their numbers in one run of bytes, and
 * their sizes in one list. Each array of a message costs much more than what is in it.
 */
export interface PackedTensors {
  types: TensorType[];
  /** How many dimensions the first has, and their sizes; then the same of the next. */
  shapes: number[];
  /** The values of all that are no texts, each tensor's from a multiple of eight on. */
  bytes: Uint8Array;
  /** The values of those that are texts. */
  texts: string[][];
}

const isText = (data: TensorData): data is string[] => Array.isArray(data);

const ALIGNMENT = 8;
const aligned = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;

export function packed(tensors: readonly Tensor[]): PackedTensors {
  let size = 0;
  for (const { data } of tensors) if (!isText(data)) size += aligned(data.byteLength);
  const message: PackedTensors = { types: [], shapes: [], bytes: new Uint8Array(size), texts: [] };
  let offset = 0;
  for (const { type, dims, data } of tensors) {
    message.types.push(type);
    message.shapes.push(dims.length, ...dims);
    if (isText(data)) message.texts.push(data);
    else {
      message.bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
      offset += aligned(data.byteLength);
    }
  }
  return message;
}

/** The tensors of a message, by their names in its order. */
export function unpacked(names: readonly string[], { types, shapes, bytes, texts }: PackedTensors): Tensor[] {
  // A copy begins at a multiple of eight, which the bytes of a message need not.
  const { buffer } = bytes.slice();
  let [shape, offset, text] = [0, 0, 0];
  return types.map((type, index) => {
    const dims = shapes.slice(shape + 1, (shape += 1 + shapes[shape]!));
    const name = names[index]!;
    if (type === 'string') return { name, type, dims, data: texts[text++]! };
    const length = dims.reduce((product, size) => product * size, 1);
    const data = new ARRAYS[type](buffer, offset, length);
    offset += aligned(data.byteLength);
    return { name, type, dims, data };
  });
}
