import type { Rows } from '../table.js';
import type { BinnedColumn } from './bins.js';

/**
 * For each bin the sum of its rows' gradients and the sum of their curvatures, one behind the other, all columns in a row. How many rows
 * a bin has is not counted, it would cost as much again: it is estimated from its share of the curvature, as LightGBM does.
 */
export type Histogram = Float64Array;

/** So many columns are read at a time. */
const LANES = 4;

/** Reads histograms of any rows of a table. */
export class Histograms {
  /** Where each column's bins begin in a histogram; the last number is where all of them end. */
  readonly offsets: Uint32Array;
  /** Row by row the place of each column's bin in a histogram: a row is one line of the cache. */
  readonly #places: Uint16Array | Uint32Array;
  /** The number of columns, rounded up to whole lanes: the last ones may be a column that is read by nobody. */
  readonly #width: number;

  constructor(columns: readonly BinnedColumn[], rowCount: number) {
    this.offsets = new Uint32Array(columns.length + 1);
    columns.forEach(({ binCount }, index) => (this.offsets[index + 1] = this.offsets[index]! + 2 * binCount));
    const end = this.offsets.at(-1)!;
    this.#width = Math.ceil(columns.length / LANES) * LANES;
    const size = rowCount * this.#width;
    this.#places = (end < 2 ** 16 ? new Uint16Array(size) : new Uint32Array(size)).fill(end);
    columns.forEach(({ bins }, index) => {
      const offset = this.offsets[index]!;
      for (let row = 0; row < rowCount; row += 1) this.#places[row * this.#width + index] = offset + 2 * bins[row]!;
    });
  }

  of(rows: Rows, gradients: Float64Array, curvatures: Float64Array): Histogram {
    const histogram = new Float64Array(this.offsets.at(-1)! + 2);
    addRows(histogram, this.#places, this.#width, rows, gradients, curvatures);
    return histogram;
  }
}

/**
 * The innermost loop of boosting: a function of its own, so that nothing but numbers is in it, and four columns at a time, which are
 * never the same place, so that the processor need not wait for one to begin with the next.
 */
function addRows(
  histogram: Histogram,
  places: Uint16Array | Uint32Array,
  width: number,
  rows: Rows,
  gradients: Float64Array,
  curvatures: Float64Array,
): void {
  const count = rows.length;
  for (let index = 0; index < count; index += 1) {
    const row = rows[index]!;
    const gradient = gradients[row]!;
    const curvature = curvatures[row]!;
    const end = (row + 1) * width;
    for (let from = row * width; from < end; from += LANES) {
      const first = places[from]!;
      const second = places[from + 1]!;
      const third = places[from + 2]!;
      const fourth = places[from + 3]!;
      histogram[first]! += gradient;
      histogram[first + 1]! += curvature;
      histogram[second]! += gradient;
      histogram[second + 1]! += curvature;
      histogram[third]! += gradient;
      histogram[third + 1]! += curvature;
      histogram[fourth]! += gradient;
      histogram[fourth + 1]! += curvature;
    }
  }
}

/** Takes the part away in place: what is left of a leaf without one of its halves. */
export function subtract(whole: Histogram, part: Histogram): Histogram {
  for (let place = 0; place < whole.length; place += 1) whole[place]! -= part[place]!;
  return whole;
}
