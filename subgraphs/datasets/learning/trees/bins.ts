import { categoriesOf, codesOf } from '../categories.js';
import type { FeatureColumn } from '../table.js';
import type { TreeFeature } from './tree-model.js';

/** The maximum number of bins of present numbers. With the bin of missing values, a bin index fits into a byte. */
const MAX_NUMERIC_BINS = 254;

/** A feature whose values are reindexd by bin indexes (histogram binning, as in LightGBM). */
export interface BinnedColumn {
  readonly feature: TreeFeature;
  /** The bin index of each row. */
  readonly bins: Uint8Array;
  /** The number of bins, including the last one, which holds the missing values of a number or the other values of a text. */
  readonly binCount: number;
  /** The largest value of each bin of a number but the last; empty for a text. */
  readonly upperBounds: Float32Array;
}

/** Reindexs the values of a column by bin indexes. */
export function binColumn(column: FeatureColumn): BinnedColumn {
  const { name } = column;
  if (column.kind === 'text') {
    const categories = categoriesOf(column.values);
    const bins = Uint8Array.from(codesOf(column.values, categories));
    return { feature: { kind: 'text', name, categories }, bins, binCount: categories.length + 1, upperBounds: new Float32Array() };
  }
  const upperBounds = upperBoundsOf(column.values);
  const missing = upperBounds.length + 1;
  const bins = Uint8Array.from(column.values, (value) => (Number.isNaN(value) ? missing : binOf(value, upperBounds)));
  return { feature: { kind: 'number', name }, bins, binCount: missing + 1, upperBounds };
}

/** Returns the first bin whose upper bound is not below the value (binary search). */
function binOf(value: number, upperBounds: Float32Array): number {
  let low = 0;
  let high = upperBounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= upperBounds[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Returns upper bounds of bins with about equally many rows each, or of one bin per distinct value if there are few. */
function upperBoundsOf(values: Float32Array): Float32Array {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const ends = endsOfRuns(sorted);
  const wanted = ends.length <= MAX_NUMERIC_BINS ? 0 : sorted.length / MAX_NUMERIC_BINS;
  const bounds: number[] = [];
  let filled = 0;
  for (let index = 0; index + 1 < ends.length && bounds.length < MAX_NUMERIC_BINS - 1; index += 1) {
    if (ends[index]! - filled < wanted) continue;
    bounds.push(midpoint(sorted[ends[index]! - 1]!, sorted[ends[index]!]!));
    filled = ends[index]!;
  }
  return Float32Array.from(bounds);
}

/** Returns the end (exclusive) of each run of equal values. */
function endsOfRuns(sorted: Float32Array): number[] {
  const ends: number[] = [];
  for (let index = 1; index <= sorted.length; index += 1)
    if (index === sorted.length || sorted[index] !== sorted[index - 1]) ends.push(index);
  return ends;
}

/** Returns a float32 near the middle of `low` (inclusive) and `high` (exclusive). */
function midpoint(low: number, high: number): number {
  const middle = Math.fround(low + (high - low) / 2);
  return middle < high ? middle : low;
}
