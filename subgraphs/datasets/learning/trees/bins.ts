import { categoriesOf, codesOf } from '../categories.js';
import type { FeatureColumn } from '../table.js';
import type { TreeFeature } from './tree-model.js';

/** How many intervals a number's values are put into at most; one more bin holds the missing ones, so that a bin fits a byte. */
const MAX_INTERVALS = 254;

/** A feature's values as numbers of bins. */
export interface BinnedColumn {
  readonly feature: TreeFeature;
  /** The bin of each row. */
  readonly bins: Uint8Array;
  /** How many bins there are: a number's intervals and the bin of the missing, or a text's categories and the bin of the others. */
  readonly binCount: number;
  /** A number's intervals but the last end with these values; empty for a text. */
  readonly upperBounds: Float32Array;
}

/** Puts a column's values into bins. */
export function binned(column: FeatureColumn): BinnedColumn {
  const { name } = column;
  if (column.kind === 'text') {
    const categories = categoriesOf(column.values);
    const bins = Uint8Array.from(codesOf(column.values, categories));
    return { feature: { kind: 'text', name, categories }, bins, binCount: categories.length + 1, upperBounds: new Float32Array() };
  }
  const upperBounds = boundsOf(column.values);
  const missing = upperBounds.length + 1;
  const bins = Uint8Array.from(column.values, (value) => (Number.isNaN(value) ? missing : intervalOf(value, upperBounds)));
  return { feature: { kind: 'number', name }, bins, binCount: missing + 1, upperBounds };
}

/** The first interval whose end is not below the value. */
function intervalOf(value: number, upperBounds: Float32Array): number {
  let low = 0;
  let high = upperBounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= upperBounds[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The ends of intervals that hold about equally many rows: every distinct value its own, where there are few. */
function boundsOf(values: Float32Array): Float32Array {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const ends = distinctEnds(sorted);
  const wanted = ends.length <= MAX_INTERVALS ? 0 : sorted.length / MAX_INTERVALS;
  const bounds: number[] = [];
  let filled = 0;
  for (let place = 0; place + 1 < ends.length && bounds.length < MAX_INTERVALS - 1; place += 1) {
    if (ends[place]! - filled < wanted) continue;
    bounds.push(between(sorted[ends[place]! - 1]!, sorted[ends[place]!]!));
    filled = ends[place]!;
  }
  return Float32Array.from(bounds);
}

/** Where the runs of equal values end, each as the number of values up to there. */
function distinctEnds(sorted: Float32Array): number[] {
  const ends: number[] = [];
  for (let place = 1; place <= sorted.length; place += 1)
    if (place === sorted.length || sorted[place] !== sorted[place - 1]) ends.push(place);
  return ends;
}

/** A float32 from `low` up to below `high`, about halfway. */
function between(low: number, high: number): number {
  const middle = Math.fround(low + (high - low) / 2);
  return middle < high ? middle : low;
}
