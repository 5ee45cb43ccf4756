import { jsonKind } from '../../shared/input/json.js';
import { isScalar, rowShape } from './row-shape.js';
import type { Signature, TensorSignature, TensorType } from './signature.js';
import { tensorData, type Tensor } from './tensor.js';

export type Row = Readonly<Record<string, unknown>>;

/** Signals that a row does not fit the input tensors of a model. */
export class RowFault extends Error {
  constructor(
    /** The index of the row in the batch, from 0. */
    readonly row: number,
    /** The path from the row to the wrong value. */
    readonly path: string[],
    message: string,
  ) {
    super(message);
  }
}

/** True if the model accepts any number of rows in one run. */
export const acceptsBatches = ({ inputs }: Signature): boolean => inputs.every((input) => rowShape(input).isBatched);

/**
 * Converts rows to the input tensors of one run ("feeds" in ONNX Runtime). More than one row needs a model that accepts batches.
 * Throws RowFault for the first row that does not fit.
 */
export function toFeeds({ inputs }: Signature, rows: readonly Row[]): Tensor[] {
  return inputs.map((input) => {
    const { shape, isBatched } = rowShape(input);
    const builder = new TensorBuilder(input, shape);
    rows.forEach((row, index) => builder.addRow(row[input.name], index));
    const dims = isBatched ? [rows.length, ...builder.sizes] : input.shape.length > shape.length ? [1, ...builder.sizes] : builder.sizes;
    return { name: input.name, type: input.type, dims, data: tensorData(input.type, builder.values) };
  });
}

/** Collects the values that the rows have for one input. */
class TensorBuilder {
  readonly values: unknown[] = [];
  readonly #input: TensorSignature;
  readonly #shape: readonly (number | null)[];
  /** The sizes of a row's dimensions. The first row sets those that the model leaves open. */
  readonly #sizes: (number | null)[];

  constructor(input: TensorSignature, shape: readonly (number | null)[]) {
    this.#input = input;
    this.#shape = shape;
    this.#sizes = [...shape];
  }

  get sizes(): number[] {
    return this.#sizes.map((size) => size ?? 0);
  }

  addRow(value: unknown, row: number): void {
    const { name, type } = this.#input;
    if (isScalar(this.#shape) && !Array.isArray(value)) this.values.push(this.#scalar(value, type, row, [name]));
    else this.#addValue(value, 0, row, [name]);
  }

  #addValue(value: unknown, depth: number, row: number, path: string[]): void {
    if (depth === this.#shape.length) {
      this.values.push(this.#scalar(value, this.#input.type, row, path));
      return;
    }
    if (!Array.isArray(value)) throw new RowFault(row, path, `${path.join('.')} must be a list; got ${jsonKind(value)}.`);
    const size = (this.#sizes[depth] ??= value.length);
    if (value.length !== size) throw new RowFault(row, path, `${path.join('.')} must have ${size} items; got ${value.length}.`);
    value.forEach((item, index) => this.#addValue(item, depth + 1, row, [...path, String(index)]));
  }

  #scalar(value: unknown, type: TensorType, row: number, path: string[]): unknown {
    const mustBe = (expected: string) =>
      new RowFault(row, path, `${path.join('.')} must be ${expected}; got ${typeof value === 'number' ? value : jsonKind(value)}.`);
    if (type === 'string') {
      if (value == null) return '';
      if (typeof value === 'string') return value;
      throw mustBe('a string');
    }
    if (type === 'bool') {
      if (typeof value === 'boolean') return value ? 1 : 0;
      throw mustBe('true or false');
    }
    if (type.startsWith('float')) {
      if (value == null) return NaN;
      if (typeof value === 'number') return value;
      if (typeof value === 'boolean') return value ? 1 : 0;
      throw mustBe('a number');
    }
    const isUnsigned = type.startsWith('u');
    if (!Number.isSafeInteger(value)) throw mustBe('an integer');
    if (isUnsigned && (value as number) < 0) throw mustBe('an integer of at least 0');
    const bits = Number(/\d+$/.exec(type)![0]);
    const bound = 2 ** (isUnsigned ? bits : bits - 1);
    if (bits < 64 && ((value as number) >= bound || (value as number) < -bound))
      throw mustBe(`an integer between ${isUnsigned ? 0 : -bound} and ${bound - 1}`);
    return value;
  }
}
