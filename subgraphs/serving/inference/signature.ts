import { z } from 'zod';

/** The kinds of tensors that are taken and given, in the runtime's words. */
export const TENSOR_TYPES = [
  'float32',
  'float64',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'bool',
  'string',
] as const;

export type TensorType = (typeof TENSOR_TYPES)[number];

const tensor = z.object({
  name: z.string().min(1).max(200),
  type: z.enum(TENSOR_TYPES),
  /** The size of each dimension; null for one that is known only when the model runs. The first is that of rows, where it is null. */
  shape: z.array(z.number().int().min(0).nullable()).max(8),
});

/** What a model takes and gives, as its file says. */
export const signature = z.object({
  inputs: z.array(tensor).min(1).max(2000),
  outputs: z.array(tensor).min(1).max(100),
  /** What the columns of `probabilities` are of; null where the file does not say. */
  classes: z.array(z.string()).max(10_000).nullable(),
});

export type TensorSignature = z.infer<typeof tensor>;
export type Signature = z.infer<typeof signature>;
