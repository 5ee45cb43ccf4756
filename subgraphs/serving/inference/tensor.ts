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

/** Values by row and column and so on, the last dimension first to run through. */
export interface Tensor {
  name: string;
  type: TensorType;
  dims: readonly number[];
  data: TensorData;
}

/** What holds the values of each type but texts. */
export const ARRAYS = {
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

/** The values as the runtime takes them. Throws RangeError or TypeError for one that its type does not hold. */
export function tensorData(type: TensorType, values: readonly unknown[]): TensorData {
  if (type === 'string') return values as string[];
  if (type === 'int64' || type === 'uint64') return ARRAYS[type].from(values.map((value) => BigInt(value as number)));
  return ARRAYS[type].from(values as number[]);
}
