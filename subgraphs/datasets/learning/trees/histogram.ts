import type { Rows } from '../table.js';
import type { BinnedColumn } from './bins.js';

/**
 * For each bin the sum of its rows' gradients and the sum of their curvatures, one behind the other, all columns in a row. How many rows
 * a bin has is not counted, it would cost as much again: it is estimated from its share of the curvature, as LightGBM does.
 */
export type Histogram = Float64Array;

/** Reads histograms of any rows of a table. */
export class Histograms {
  /** Where each column's bins begin in a histogram; the last number is its length. */
  readonly offsets: Uint32Array;
  /** Row by row the place of each column's bin in a histogram: a row is one line of the cache. */
  readonly #places: Uint16Array | Uint32Array;
  readonly #width: number;

  constructor(columns: readonly BinnedColumn[], rowCount: number) {
    this.offsets = new Uint32Array(columns.length + 1);
    columns.forEach(({ binCount }, index) => (this.offsets[index + 1] = this.offsets[index]! + 2 * binCount));
    this.#width = columns.length;
    const size = rowCount * columns.length;
    this.#places = this.offsets.at(-1)! < 2 ** 16 ? new Uint16Array(size) : new Uint32Array(size);
    columns.forEach(({ bins }, index) => {
      const offset = this.offsets[index]!;
      for (let row = 0; row < rowCount; row += 1) this.#places[row * columns.length + index] = offset + 2 * bins[row]!;
    });
  }

  of(rows: Rows, gradients: Float64Array, curvatures: Float64Array): Histogram {
    const histogram = new Float64Array(this.offsets.at(-1)!);
    addRows(histogram, this.#places, this.#width, rows, gradients, curvatures);
    return histogram;
  }
}

/** The innermost loop of boosting: a function of its own, so that nothing but numbers is in it. */
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
    for (let from = row * width; from < end; from += 1) {
      const place = places[from]!;
      histogram[place]! += gradient;
      histogram[place + 1]! += curvature;
    }
  }
}

/** Takes the part away in place: what is left of a leaf without one of its halves. */
export function subtract(whole: Histogram, part: Histogram): Histogram {
  for (let place = 0; place < whole.length; place += 1) whole[place]! -= part[place]!;
  return whole;
}
