import type { TensorSignature } from './signature.js';

/** How one row lies in a tensor. */
export interface RowShape {
  /** The dimensions of one row's part; null for one that is known only when the model runs. */
  shape: readonly (number | null)[];
  /** Whether the tensor holds any number of rows, one after another along its first dimension. */
  isBatched: boolean;
}

/** A first dimension that is open counts rows; one of size 1 has room for one; any other is a part of the row. */
export function rowShape({ shape }: Pick<TensorSignature, 'shape'>): RowShape {
  const [first, ...rest] = shape;
  if (first === undefined) return { shape: [], isBatched: false };
  if (first === null) return { shape: rest, isBatched: true };
  return { shape: first === 1 ? rest : shape, isBatched: false };
}

/** Whether a row's part is one value, however many dimensions it has. */
export const isSingle = (shape: readonly (number | null)[]): boolean => shape.every((size) => size === 1);

/** Whether a model gives a label with the probabilities of all labels. */
export function isClassifier(outputs: readonly TensorSignature[]): boolean {
  const named = (name: string) => outputs.find((output) => output.name === name);
  const [label, probabilities] = [named('label'), named('probabilities')];
  return Boolean(label && probabilities?.type.startsWith('float') && probabilities.shape.length === 2);
}
