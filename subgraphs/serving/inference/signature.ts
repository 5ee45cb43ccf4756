import { z } from 'zod';

/** The supported element types of tensors, by their ONNX Runtime names. */
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

const tensorSchema = z.object({
  name: z.string().min(1).max(200),
  type: z.enum(TENSOR_TYPES),
  /** The size of each dimension; null for one that is known only when the model runs. A null first dimension counts rows. */
  shape: z.array(z.number().int().min(0).nullable()).max(8),
});

/** The input and output tensors of a model, read from its file. */
export const signatureSchema = z.object({
  inputs: z.array(tensorSchema).min(1).max(2000),
  outputs: z.array(tensorSchema).min(1).max(100),
  /** The class names of the columns of `probabilities`; null if the file has none. */
  classes: z.array(z.string()).max(10_000).nullable(),
});

export type TensorSignature = z.infer<typeof tensorSchema>;
export type Signature = z.infer<typeof signatureSchema>;
