import { isSingle, rowShape } from './row-shape.js';
import type { Signature, TensorSignature, TensorType } from './signature.js';
import { tensorData, type Tensor } from './tensor.js';

export type Row = Readonly<Record<string, unknown>>;

/** A row that does not fit into the model's tensors. */
export class RowFault extends Error {
  constructor(
    readonly row: number,
    /** The way to the value in the row. */
    readonly path: string[],
    message: string,
  ) {
    super(message);
  }
}

/** Whether the model takes many rows at once. */
export const takesBatches = ({ inputs }: Signature): boolean => inputs.every((input) => rowShape(input).isBatched);

/** The tensors that hold these rows; more than one only where the model takes batches. Throws RowFault. */
export function feedsOf({ inputs }: Signature, rows: readonly Row[]): Tensor[] {
  return inputs.map((input) => {
    const { shape, isBatched } = rowShape(input);
    const part = new Part(input, shape);
    rows.forEach((row, index) => part.add(row[input.name], index));
    const dims = isBatched ? [rows.length, ...part.sizes] : input.shape.length > shape.length ? [1, ...part.sizes] : part.sizes;
    return { name: input.name, type: input.type, dims, data: tensorData(input.type, part.values) };
  });
}

/** What the rows have for one input, one after another. */
class Part {
  readonly values: unknown[] = [];
  readonly #input: TensorSignature;
  readonly #shape: readonly (number | null)[];
  /** The sizes of a row's dimensions, as the first row has them where the model leaves them open. */
  readonly #sizes: (number | null)[];

  constructor(input: TensorSignature, shape: readonly (number | null)[]) {
    this.#input = input;
    this.#shape = shape;
    this.#sizes = [...shape];
  }

  get sizes(): number[] {
    return this.#sizes.map((size) => size ?? 0);
  }

  add(value: unknown, row: number): void {
    const { name, type } = this.#input;
    if (isSingle(this.#shape) && !Array.isArray(value)) this.values.push(this.#single(value, type, row, [name]));
    else this.#level(value, 0, row, [name]);
  }

  #level(value: unknown, depth: number, row: number, path: string[]): void {
    if (depth === this.#shape.length) {
      this.values.push(this.#single(value, this.#input.type, row, path));
      return;
    }
    if (!Array.isArray(value)) throw new RowFault(row, path, 'This must be a list.');
    const size = (this.#sizes[depth] ??= value.length);
    if (value.length !== size) throw new RowFault(row, path, `This must have ${size} entries.`);
    value.forEach((item, index) => this.#level(item, depth + 1, row, [...path, String(index)]));
  }

  #single(value: unknown, type: TensorType, row: number, path: string[]): unknown {
    const wrong = (what: string) => new RowFault(row, path, `This must be ${what}.`);
    if (type === 'string') {
      if (value == null) return '';
      if (typeof value === 'string') return value;
      throw wrong('a text');
    }
    if (type === 'bool') {
      if (typeof value === 'boolean') return value ? 1 : 0;
      throw wrong('true or false');
    }
    if (type.startsWith('float')) {
      if (value == null) return NaN;
      if (typeof value === 'number') return value;
      if (typeof value === 'boolean') return value ? 1 : 0;
      throw wrong('a number');
    }
    if (!Number.isSafeInteger(value) || (type.startsWith('u') && (value as number) < 0)) throw wrong('a whole number');
    const bits = Number(/\d+$/.exec(type)![0]);
    const bound = 2 ** (type.startsWith('u') ? bits : bits - 1);
    if (bits < 64 && ((value as number) >= bound || (value as number) < -bound)) throw wrong(`a whole number of ${bits} bits`);
    return value;
  }
}
