import { isClassifier, isScalar } from './row-shape.js';
import type { TensorSignature } from './signature.js';
import type { Tensor } from './tensor.js';

/** The output of a model for one row. */
export interface ModelOutput {
  output: Record<string, unknown>;
  /** The largest class probability, from 0 to 1; null if the model returns none. */
  confidence: number | null;
}

/**
 * Splits the output tensors of a batch into one output per row. The output of a classifier has `label`, `confidence` and
 * `probabilities` by class name; any other output has the value of each tensor by name.
 */
export function outputsByRow(tensors: readonly Tensor[], classes: readonly string[] | null, rowCount: number): ModelOutput[] {
  const isClassification = isClassifier(tensors.map(({ name, type, dims }): TensorSignature => ({ name, type, shape: [...dims] })));
  const outputs = Array.from({ length: rowCount }, (_, row) => {
    const output = Object.create(null) as Record<string, unknown>;
    for (const tensor of tensors) output[tensor.name] = valueOfRow(tensor, row, rowCount);
    return output;
  });
  return outputs.map((output) => (isClassification ? classification(output, classes) : { output, confidence: null }));
}

function classification({ label, probabilities, ...others }: Record<string, unknown>, classes: readonly string[] | null): ModelOutput {
  const values = [probabilities].flat() as (number | null)[];
  const finite = values.filter((value) => value !== null);
  // Rounding errors can make the largest probability slightly more than 1.
  const confidence = finite.length === 0 ? null : Math.min(1, Math.max(0, ...finite));
  const hasNames = classes !== null && classes.length === values.length;
  const byClass = hasNames
    ? Object.assign(Object.create(null), Object.fromEntries(classes.map((name, index) => [name, values[index]])))
    : values;
  return { output: Object.assign(Object.create(null) as object, { ...others, label, confidence, probabilities: byClass }), confidence };
}

/** Returns one row's slice of a tensor whose first dimension is the number of rows, or the whole of any other tensor. */
function valueOfRow({ type, dims, data }: Tensor, row: number, rowCount: number): unknown {
  const isBatched = dims.length > 0 && dims[0] === rowCount;
  const shape = isBatched ? dims.slice(1) : dims;
  const size = shape.reduce((product, length) => product * length, 1);
  const start = isBatched ? row * size : 0;
  const valueAt = (index: number) => (type === 'bool' ? data[index] === 1 : jsonValue(data[index]));
  return isScalar(shape) ? valueAt(start) : nestedList(valueAt, start, size, shape);
}

function nestedList(valueAt: (index: number) => unknown, start: number, size: number, [length, ...rest]: readonly number[]): unknown[] {
  const step = length === 0 ? 0 : size / length!;
  return Array.from({ length: length! }, (_, index) =>
    rest.length === 0 ? valueAt(start + index) : nestedList(valueAt, start + index * step, step, rest),
  );
}

/**
 * Converts a tensor value to one that JSON and PostgreSQL accept: NaN and infinity become null, integers beyond 2^53 - 1 become
 * strings, and strings lose NUL characters and lone surrogates.
 */
function jsonValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'string') return value.replaceAll('\0', '\ufffd').toWellFormed();
  return value ?? null;
}
