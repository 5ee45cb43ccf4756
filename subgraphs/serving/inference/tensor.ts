import type { TensorType } from './signature.js';

export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | string[];

/** A tensor in row-major order: the last dimension varies fastest. */
export interface Tensor {
  name: string;
  type: TensorType;
  dims: readonly number[];
  data: TensorData;
}

/** The typed array of each tensor type except string. */
export const TYPED_ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;

/** Converts values to the array that ONNX Runtime expects. Throws RangeError or TypeError for a value that the type cannot hold. */
export function tensorData(type: TensorType, values: readonly unknown[]): TensorData {
  if (type === 'string') return values as string[];
  if (type === 'int64' || type === 'uint64') return TYPED_ARRAYS[type].from(values.map((value) => BigInt(value as number)));
  return TYPED_ARRAYS[type].from(values as number[]);
}
