/** A tensor of a safetensors file, with its values as 32-bit floats in row-major order. */
export interface WeightTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

interface TensorEntry {
  dtype: string;
  shape: number[];
  /** The byte range within the data that follows the header. */
  data_offsets: [number, number];
}

/** The number of bytes before the header, which hold its length as a little-endian integer. */
const LENGTH_BYTES = 8;

/**
 * Returns the tensors of type F16 or F32 of a file in the safetensors format by name. Tensors of other types are left out.
 * Source: the format description in the repository huggingface/safetensors.
 */
export function readSafetensors(file: Buffer): Map<string, WeightTensor> {
  const headerBytes = Number(file.readBigUInt64LE());
  const header = JSON.parse(file.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + headerBytes)) as Record<string, TensorEntry>;
  const data = file.subarray(LENGTH_BYTES + headerBytes);
  const tensors = new Map<string, WeightTensor>();
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    const bytes = offsets && data.subarray(...offsets);
    if (dtype === 'F16') tensors.set(name, { shape, values: fromHalfFloats(bytes) });
    if (dtype === 'F32')
      tensors.set(name, { shape, values: Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4)) });
  }
  return tensors;
}

/** Converts little-endian IEEE 754 half-precision floats. */
function fromHalfFloats(bytes: Buffer): Float32Array {
  const values = new Float32Array(bytes.length / 2);
  for (let index = 0; index < values.length; index++) values[index] = HALF_FLOATS[bytes[index * 2]! | (bytes[index * 2 + 1]! << 8)]!;
  return values;
}

/** The value of each of the 65,536 bit patterns of a half-precision float. */
const HALF_FLOATS = Float32Array.from({ length: 65_536 }, (_, bits) => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
});
