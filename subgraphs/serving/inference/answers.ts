import { isClassifier, isSingle } from './row-shape.js';
import type { TensorSignature } from './signature.js';
import type { Tensor } from './tensor.js';

/** What a model answered for one row. */
export interface Answer {
  output: Record<string, unknown>;
  /** The largest probability; null where there are none. */
  confidence: number | null;
}

/** The answers for each of so many rows: a label with its probabilities, or each output by its name. */
export function answersOf(outputs: readonly Tensor[], classes: readonly string[] | null, rowCount: number): Answer[] {
  const isLabelled = isClassifier(outputs.map(({ name, type, dims }): TensorSignature => ({ name, type, shape: [...dims] })));
  const rows = Array.from({ length: rowCount }, (_, row) => {
    const output = Object.create(null) as Record<string, unknown>;
    for (const tensor of outputs) output[tensor.name] = partOf(tensor, row, rowCount);
    return output;
  });
  return rows.map((output) => (isLabelled ? labelled(output, classes) : { output, confidence: null }));
}

function labelled({ label, probabilities, ...others }: Record<string, unknown>, classes: readonly string[] | null): Answer {
  const list = [probabilities].flat() as (number | null)[];
  const known = list.filter((value) => value !== null);
  // Rounding may make the sum of probabilities, and so the largest, a hair more than 1.
  const confidence = known.length === 0 ? null : Math.min(1, Math.max(0, ...known));
  const isNamed = classes !== null && classes.length === list.length;
  const named = isNamed ? Object.assign(Object.create(null), Object.fromEntries(classes.map((name, index) => [name, list[index]]))) : list;
  return { output: Object.assign(Object.create(null) as object, { ...others, label, confidence, probabilities: named }), confidence };
}

/** One row's part of a tensor whose first dimension is that of rows; the whole of any other. */
function partOf({ type, dims, data }: Tensor, row: number, rowCount: number): unknown {
  const hasRows = dims.length > 0 && dims[0] === rowCount;
  const shape = hasRows ? dims.slice(1) : dims;
  const size = shape.reduce((product, one) => product * one, 1);
  const start = hasRows ? row * size : 0;
  const value = (index: number) => (type === 'bool' ? data[index] === 1 : plain(data[index]));
  return isSingle(shape) ? value(start) : nested(value, start, size, shape);
}

function nested(value: (index: number) => unknown, start: number, size: number, [length, ...rest]: readonly number[]): unknown[] {
  const step = length === 0 ? 0 : size / length!;
  return Array.from({ length: length! }, (_, index) =>
    rest.length === 0 ? value(start + index) : nested(value, start + index * step, step, rest),
  );
}

/** A value as JSON and the database take it: what is no number is null, and what is too long for one is a text. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'string') return value.replaceAll('\0', '\ufffd').toWellFormed();
  return value ?? null;
}
