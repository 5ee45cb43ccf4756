import type { Rows } from '../table.js';
import type { BinnedColumn } from './bins.js';

/**
 * The sum of gradients and the sum of hessians of each bin, alternating, of all columns one after another. The rows of a bin are not
 * counted, which would take half as long again: their number is estimated from the hessians, as LightGBM does.
 */
export type Histogram = Float64Array;

/** The number of columns that the inner loop processes at a time. */
const LANES = 4;

/** Builds histograms of subsets of the rows of a table. */
export class Histograms {
  /** The index in a histogram at which each column begins, followed by the end of the last column. */
  readonly offsets: Uint32Array;
  /** The index in a histogram of each column's bin, row by row, so that the values of a row share a cache line. */
  readonly #binIndexes: Uint16Array | Uint32Array;
  /** The number of columns, rounded up to a multiple of LANES. The padding columns write to an unused entry. */
  readonly #width: number;

  constructor(columns: readonly BinnedColumn[], rowCount: number) {
    this.offsets = new Uint32Array(columns.length + 1);
    columns.forEach(({ binCount }, index) => (this.offsets[index + 1] = this.offsets[index]! + 2 * binCount));
    const end = this.offsets.at(-1)!;
    this.#width = Math.ceil(columns.length / LANES) * LANES;
    const size = rowCount * this.#width;
    this.#binIndexes = (end < 2 ** 16 ? new Uint16Array(size) : new Uint32Array(size)).fill(end);
    columns.forEach(({ bins }, index) => {
      const offset = this.offsets[index]!;
      for (let row = 0; row < rowCount; row += 1) this.#binIndexes[row * this.#width + index] = offset + 2 * bins[row]!;
    });
  }

  of(rows: Rows, gradients: Float64Array, hessians: Float64Array): Histogram {
    const histogram = new Float64Array(this.offsets.at(-1)! + 2);
    addRows(histogram, this.#binIndexes, this.#width, rows, gradients, hessians);
    return histogram;
  }
}

/**
 * Adds rows to a histogram: the innermost loop of boosting. It is a separate function so that the compiler sees numbers only. It
 * processes four columns at a time, whose entries are distinct, so that the processor can overlap the additions.
 */
function addRows(
  histogram: Histogram,
  binIndexes: Uint16Array | Uint32Array,
  width: number,
  rows: Rows,
  gradients: Float64Array,
  hessians: Float64Array,
): void {
  const count = rows.length;
  for (let index = 0; index < count; index += 1) {
    const row = rows[index]!;
    const gradient = gradients[row]!;
    const hessian = hessians[row]!;
    const end = (row + 1) * width;
    for (let from = row * width; from < end; from += LANES) {
      const first = binIndexes[from]!;
      const second = binIndexes[from + 1]!;
      const third = binIndexes[from + 2]!;
      const fourth = binIndexes[from + 3]!;
      histogram[first]! += gradient;
      histogram[first + 1]! += hessian;
      histogram[second]! += gradient;
      histogram[second + 1]! += hessian;
      histogram[third]! += gradient;
      histogram[third + 1]! += hessian;
      histogram[fourth]! += gradient;
      histogram[fourth + 1]! += hessian;
    }
  }
}

/** Subtracts `part` from `whole` in place and returns `whole`: the histogram of a leaf minus that of one child is that of the other. */
export function subtract(whole: Histogram, part: Histogram): Histogram {
  for (let index = 0; index < whole.length; index += 1) whole[index]! -= part[index]!;
  return whole;
}
