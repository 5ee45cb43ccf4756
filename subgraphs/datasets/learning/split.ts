import { seededRandom, shuffle } from './random.js';
import { allRows, type Rows, type Target } from './table.js';

/** Disjoint rows for training and for testing. */
export interface TrainTestSplit {
  readonly train: Rows;
  readonly test: Rows;
}

/**
 * Assigns each row to one of `folds` folds, shuffled by the seed, and returns the fold of each row. The folds are stratified by
 * class, as by scikit-learn's StratifiedKFold, and their sizes differ by at most one.
 */
export function assignFolds(target: Target, rowCount: number, folds: number, seed: number): Uint8Array {
  const order = shuffle(allRows(rowCount), seededRandom(seed));
  // The sort is stable: the rows of a class stay shuffled. They go to the folds in turn, and the next class continues with the next fold.
  if (target.kind === 'class') order.sort((a, b) => target.codes[a]! - target.codes[b]!);
  const fold = new Uint8Array(rowCount);
  order.forEach((row, index) => (fold[row] = index % folds));
  return fold;
}

/** Returns the splits of a k-fold cross-validation: each row is in the test rows of exactly one split. */
export function kFoldSplits(target: Target, rowCount: number, folds: number, seed: number): TrainTestSplit[] {
  const fold = assignFolds(target, rowCount, folds, seed);
  const rows = allRows(rowCount);
  return Array.from({ length: folds }, (_, testFold) => ({
    train: rows.filter((row) => fold[row] !== testFold),
    test: rows.filter((row) => fold[row] === testFold),
  }));
}

/**
 * Splits off a share of the rows as test rows, shuffled by the seed and stratified by class, as scikit-learn's
 * `train_test_split`. Both parts have at least one row.
 * @param share greater than 0 and less than 1
 */
export function trainTestSplit(target: Target, rowCount: number, share: number, seed: number): TrainTestSplit {
  const order = shuffle(allRows(rowCount), seededRandom(seed));
  if (target.kind === 'class') order.sort((a, b) => target.codes[a]! - target.codes[b]!);
  const count = Math.min(rowCount - 1, Math.max(1, Math.round(rowCount * share)));
  // `count` evenly spaced positions in the order by class: a position is chosen if position * count / rowCount passes an integer there.
  const isTest = (position: number) => Math.floor(((position + 1) * count) / rowCount) > Math.floor((position * count) / rowCount);
  return {
    train: order.filter((_, position) => !isTest(position)).sort(),
    test: order.filter((_, position) => isTest(position)).sort(),
  };
}
