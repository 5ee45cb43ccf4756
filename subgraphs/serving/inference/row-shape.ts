import type { TensorSignature } from './signature.js';

/** The position of one row in a tensor. */
export interface RowShape {
  /** The dimensions of one row; null for a dimension that is known only when the model runs. */
  shape: readonly (number | null)[];
  /** True if the tensor holds any number of rows along its first dimension. */
  isBatched: boolean;
}

/** Interprets the first dimension: an open one counts rows, a size of 1 holds a single row, and any other belongs to the row itself. */
export function rowShape({ shape }: Pick<TensorSignature, 'shape'>): RowShape {
  const [first, ...rest] = shape;
  if (first === undefined) return { shape: [], isBatched: false };
  if (first === null) return { shape: rest, isBatched: true };
  return { shape: first === 1 ? rest : shape, isBatched: false };
}

/** True if the shape holds exactly one value, for any number of dimensions. */
export const isScalar = (shape: readonly (number | null)[]): boolean => shape.every((size) => size === 1);

/** True if the outputs are a `label` and the `probabilities` of all classes, as skl2onnx names them. */
export function isClassifier(outputs: readonly TensorSignature[]): boolean {
  const find = (name: string) => outputs.find((output) => output.name === name);
  const [label, probabilities] = [find('label'), find('probabilities')];
  return Boolean(label && probabilities?.type.startsWith('float') && probabilities.shape.length === 2);
}
