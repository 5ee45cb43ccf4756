import type { TensorType } from './signature.js';
import { TYPED_ARRAYS, type Tensor, type TensorData } from './tensor.js';

/**
 * Tensors in the form in which they are sent in a process message. Their order follows the tensor names, which both processes know.
 * All numbers share one byte array and all sizes share one list, because serializing an array costs far more than its content.
 */
export interface PackedTensors {
  types: TensorType[];
  /** For each tensor, the number of its dimensions followed by their sizes. */
  shapes: number[];
  /** The values of all tensors except strings. Each tensor starts at a multiple of 8 bytes. */
  bytes: Uint8Array;
  /** The values of the string tensors. */
  strings: string[][];
}

const isStringData = (data: TensorData): data is string[] => Array.isArray(data);

const ALIGNMENT = 8;
const alignedOffset = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;

export function packTensors(tensors: readonly Tensor[]): PackedTensors {
  let size = 0;
  for (const { data } of tensors) if (!isStringData(data)) size += alignedOffset(data.byteLength);
  const message: PackedTensors = { types: [], shapes: [], bytes: new Uint8Array(size), strings: [] };
  let offset = 0;
  for (const { type, dims, data } of tensors) {
    message.types.push(type);
    message.shapes.push(dims.length, ...dims);
    if (isStringData(data)) message.strings.push(data);
    else {
      message.bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
      offset += alignedOffset(data.byteLength);
    }
  }
  return message;
}

/** Restores the tensors of a message; `names` are their names in the order of the message. */
export function unpackTensors(names: readonly string[], { types, shapes, bytes, strings }: PackedTensors): Tensor[] {
  // A typed array needs an aligned offset. The bytes of a message may start anywhere in their buffer; a copy starts at 0.
  const { buffer } = bytes.slice();
  let [shapeIndex, offset, stringIndex] = [0, 0, 0];
  return types.map((type, index) => {
    const dims = shapes.slice(shapeIndex + 1, (shapeIndex += 1 + shapes[shapeIndex]!));
    const name = names[index]!;
    if (type === 'string') return { name, type, dims, data: strings[stringIndex++]! };
    const length = dims.reduce((product, size) => product * size, 1);
    const data = new TYPED_ARRAYS[type](buffer, offset, length);
    offset += alignedOffset(data.byteLength);
    return { name, type, dims, data };
  });
}
