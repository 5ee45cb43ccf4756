import type { TensorType } from './signature.js';
import { ARRAYS, type Tensor, type TensorData } from './tensor.js';

/** Tensors as a message carries them: by column, with their numbers in one run of bytes. Each array of a message costs much more than what is in it. */
export interface PackedTensors {
  names: string[];
  types: TensorType[];
  dims: (readonly number[])[];
  /** The values of all that are no texts, each tensor's from a multiple of eight on. */
  bytes: Uint8Array;
  /** The values of those that are texts. */
  texts: string[][];
}

const isText = (data: TensorData): data is string[] => Array.isArray(data);

const ALIGNMENT = 8;
const aligned = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;

export function packed(tensors: readonly Tensor[]): PackedTensors {
  const numbers = tensors.flatMap(({ data }) => (isText(data) ? [] : [data]));
  const bytes = new Uint8Array(numbers.reduce((size, { byteLength }) => aligned(size) + byteLength, 0));
  let offset = 0;
  for (const { buffer, byteOffset, byteLength } of numbers) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset = aligned(offset + byteLength);
  }
  return {
    names: tensors.map(({ name }) => name),
    types: tensors.map(({ type }) => type),
    dims: tensors.map(({ dims }) => dims),
    bytes,
    texts: tensors.flatMap(({ data }) => (isText(data) ? [data] : [])),
  };
}

export function unpacked({ names, types, dims, bytes, texts }: PackedTensors): Tensor[] {
  // A copy begins at a multiple of eight, which the bytes of a message need not.
  const buffer = bytes.slice().buffer;
  let [offset, text] = [0, 0];
  return names.map((name, index) => {
    const [type, shape] = [types[index]!, dims[index]!];
    if (type === 'string') return { name, type, dims: shape, data: texts[text++]! };
    const values = new ARRAYS[type](
      buffer,
      offset,
      shape.reduce((product, size) => product * size, 1),
    );
    offset = aligned(offset + values.byteLength);
    return { name, type, dims: shape, data: values };
  });
}
