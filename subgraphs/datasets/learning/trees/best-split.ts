import type { BinnedColumn } from './bins.js';
import type { Histogram } from './histogram.js';

/** What a split has to keep to. */
export interface SplitRules {
  /** What the squared value of a leaf costs. */
  readonly l2: number;
  /** How many rows either side has at least. */
  readonly minRows: number;
  /** How much curvature either side has at least. */
  readonly minHessian: number;
}

/** The sums over the rows of a leaf. */
export interface Sums {
  readonly gradient: number;
  readonly curvature: number;
  readonly count: number;
}

export interface Split {
  /** How much it lessens the loss, times two. */
  readonly gain: number;
  readonly column: number;
  /** A number's intervals up to this go left; of a text's categories this one goes right. */
  readonly bin: number;
  readonly missingLeft: boolean;
}

/** A gain below this share of what it is taken from is rounding. */
const LEAST_GAIN = 1e-10;

/**
 * The split of a leaf that lessens the loss most, the first of equals; null where the rules allow none that does. How many rows are on
 * either side is estimated, so the one who splits counts them.
 */
export function bestSplit(
  histogram: Histogram,
  columns: readonly BinnedColumn[],
  offsets: Uint32Array,
  leaf: Sums,
  rules: SplitRules,
): Split | null {
  const search = new Search(leaf, rules);
  columns.forEach(({ feature, binCount }, column) => {
    const from = offsets[column]!;
    if (feature.kind === 'text') search.categories(column, histogram, from, binCount);
    else search.intervals(column, histogram, from, binCount);
  });
  return search.gain > 0 ? { gain: search.gain, column: search.column, bin: search.bin, missingLeft: search.missingLeft } : null;
}

/** The best split so far. Fields and plain numbers, because it looks at each bin of each leaf of each tree. */
class Search {
  gain = 0;
  column = -1;
  bin = -1;
  missingLeft = false;
  readonly #gradient: number;
  readonly #curvature: number;
  readonly #l2: number;
  readonly #whole: number;
  /** What either side needs of curvature, by both rules. */
  readonly #leastCurvature: number;
  /** The curvature of a row, on average. */
  readonly #perRow: number;
  #leastScore: number;

  constructor({ gradient, curvature, count }: Sums, { l2, minRows, minHessian }: SplitRules) {
    this.#gradient = gradient;
    this.#curvature = curvature;
    this.#l2 = l2;
    this.#whole = (gradient * gradient) / (curvature + l2 || 1);
    this.#leastScore = this.#whole + LEAST_GAIN * Math.max(1e-12, this.#whole);
    this.#perRow = curvature / count;
    this.#leastCurvature = Math.max(minHessian, (minRows - 0.5) * this.#perRow);
  }

  /** Each category against the rest. */
  categories(column: number, histogram: Histogram, from: number, binCount: number): void {
    for (let bin = 0; bin < binCount - 1; bin += 1) {
      const gradient = histogram[from + 2 * bin]!;
      const curvature = histogram[from + 2 * bin + 1]!;
      this.#consider(column, bin, true, this.#gradient - gradient, this.#curvature - curvature);
    }
  }

  /**
   * Each end of an interval, with the missing values on either side. Where a leaf's rows miss none, a missing value will go where most
   * rows go.
   */
  intervals(column: number, histogram: Histogram, from: number, binCount: number): void {
    const missing = from + 2 * (binCount - 1);
    const missingGradient = histogram[missing]!;
    const missingCurvature = histogram[missing + 1]!;
    const isMissed = missingCurvature > 0.5 * this.#perRow;
    let gradient = 0;
    let curvature = 0;
    for (let bin = 0; bin < binCount - 2; bin += 1) {
      gradient += histogram[from + 2 * bin]!;
      curvature += histogram[from + 2 * bin + 1]!;
      this.#consider(column, bin, !isMissed && curvature * 2 >= this.#curvature, gradient, curvature);
      if (isMissed) this.#consider(column, bin, true, gradient + missingGradient, curvature + missingCurvature);
    }
  }

  #consider(column: number, bin: number, missingLeft: boolean, gradient: number, curvature: number): void {
    const otherCurvature = this.#curvature - curvature;
    if (curvature < this.#leastCurvature || otherCurvature < this.#leastCurvature) return;
    const other = this.#gradient - gradient;
    const score = (gradient * gradient) / (curvature + this.#l2 || 1) + (other * other) / (otherCurvature + this.#l2 || 1);
    if (score <= this.#leastScore) return;
    this.#leastScore = score;
    this.gain = score - this.#whole;
    this.column = column;
    this.bin = bin;
    this.missingLeft = missingLeft;
  }
}
