import type { BinnedColumn } from './bins.js';
import type { Histogram } from './histogram.js';

/** The hyperparameters that restrict splits. */
export interface SplitConstraints {
  /** The L2 regularization of leaf values (LightGBM: lambda_l2). */
  readonly l2: number;
  /** The minimum number of rows in each child (LightGBM: min_data_in_leaf). */
  readonly minRows: number;
  /** The minimum sum of hessians in each child (LightGBM: min_sum_hessian_in_leaf). */
  readonly minHessian: number;
}

/** The sums of gradients and hessians over the rows of a leaf, and the number of rows. */
export interface GradientSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly count: number;
}

/** A split of a leaf. */
export interface Split {
  /** The decrease of the loss, times two: the gain of LightGBM. */
  readonly gain: number;
  readonly column: number;
  /** For a number, the last bin that goes left. For a text, the only category that goes right (one-vs-rest). */
  readonly bin: number;
  readonly missingGoesLeft: boolean;
}

/** A gain below this share of the score of the unsplit leaf is considered a rounding error. */
const MIN_RELATIVE_GAIN = 1e-10;

/**
 * Returns the split of a leaf with the largest gain, the first of equal ones, or null if no allowed split has a gain. The numbers of
 * rows in the children are estimates from the hessians, so the caller must count them. The gain is that of XGBoost (Chen and
 * Guestrin, 2016, equation 7) without its factor one half.
 */
export function findBestSplit(
  histogram: Histogram,
  columns: readonly BinnedColumn[],
  offsets: Uint32Array,
  leaf: GradientSums,
  rules: SplitConstraints,
): Split | null {
  const search = new SplitSearch(leaf, rules);
  columns.forEach(({ feature, binCount }, column) => {
    const from = offsets[column]!;
    if (feature.kind === 'text') search.considerCategories(column, histogram, from, binCount);
    else search.considerThresholds(column, histogram, from, binCount);
  });
  return search.gain > 0 ? { gain: search.gain, column: search.column, bin: search.bin, missingGoesLeft: search.missingGoesLeft } : null;
}

/** The best split so far. It keeps plain numbers instead of objects, because it visits each bin of each leaf of each tree. */
class SplitSearch {
  gain = 0;
  column = -1;
  bin = -1;
  missingGoesLeft = false;
  readonly #gradient: number;
  readonly #hessian: number;
  readonly #l2: number;
  readonly #unsplitScore: number;
  /** The minimum sum of hessians in a child by `minHessian` and by `minRows`. */
  readonly #minChildHessian: number;
  /** The mean hessian of a row. */
  readonly #meanHessian: number;
  #bestScore: number;

  constructor({ gradient, hessian, count }: GradientSums, { l2, minRows, minHessian }: SplitConstraints) {
    this.#gradient = gradient;
    this.#hessian = hessian;
    this.#l2 = l2;
    this.#unsplitScore = (gradient * gradient) / (hessian + l2 || 1);
    this.#bestScore = this.#unsplitScore + MIN_RELATIVE_GAIN * Math.max(1e-12, this.#unsplitScore);
    this.#meanHessian = hessian / count;
    this.#minChildHessian = Math.max(minHessian, (minRows - 0.5) * this.#meanHessian);
  }

  /** Considers the splits of each category against all other values. */
  considerCategories(column: number, histogram: Histogram, from: number, binCount: number): void {
    for (let bin = 0; bin < binCount - 1; bin += 1) {
      const gradient = histogram[from + 2 * bin]!;
      const hessian = histogram[from + 2 * bin + 1]!;
      this.#consider(column, bin, true, this.#gradient - gradient, this.#hessian - hessian);
    }
  }

  /**
   * Considers the split after each bin, with the missing values on the left and on the right. If no row of the leaf has a missing
   * value, missing values go to the child with more rows.
   */
  considerThresholds(column: number, histogram: Histogram, from: number, binCount: number): void {
    const missing = from + 2 * (binCount - 1);
    const missingGradient = histogram[missing]!;
    const missingHessian = histogram[missing + 1]!;
    const hasMissing = missingHessian > 0.5 * this.#meanHessian;
    let gradient = 0;
    let hessian = 0;
    for (let bin = 0; bin < binCount - 2; bin += 1) {
      gradient += histogram[from + 2 * bin]!;
      hessian += histogram[from + 2 * bin + 1]!;
      this.#consider(column, bin, !hasMissing && hessian * 2 >= this.#hessian, gradient, hessian);
      if (hasMissing) this.#consider(column, bin, true, gradient + missingGradient, hessian + missingHessian);
    }
  }

  #consider(column: number, bin: number, missingGoesLeft: boolean, gradient: number, hessian: number): void {
    const otherHessian = this.#hessian - hessian;
    if (hessian < this.#minChildHessian || otherHessian < this.#minChildHessian) return;
    const other = this.#gradient - gradient;
    const score = (gradient * gradient) / (hessian + this.#l2 || 1) + (other * other) / (otherHessian + this.#l2 || 1);
    if (score <= this.#bestScore) return;
    this.#bestScore = score;
    this.gain = score - this.#unsplitScore;
    this.column = column;
    this.bin = bin;
    this.missingGoesLeft = missingGoesLeft;
  }
}
