import { randomOf, shuffle } from './random.js';
import { allRows, type Rows, type Target } from './table.js';

/** Rows to train on, and rows to judge by that are none of them. */
export interface Split {
  readonly train: Rows;
  readonly test: Rows;
}

/**
 * Deals the rows to `folds` parts by the seed. Each part has its share of every class, and the parts' sizes differ by one at
 * most. Answers each row's part.
 */
export function foldOfRows(target: Target, rowCount: number, folds: number, seed: number): Uint8Array {
  const order = shuffle(allRows(rowCount), randomOf(seed));
  // A stable sort: the rows of a class stay in random order and are dealt in turn, the next class goes on where the last one ended.
  if (target.kind === 'class') order.sort((a, b) => target.codes[a]! - target.codes[b]!);
  const fold = new Uint8Array(rowCount);
  order.forEach((row, place) => (fold[row] = place % folds));
  return fold;
}

/** The splits of a cross-validation: each row is tested in exactly one of them. */
export function crossValidationSplits(target: Target, rowCount: number, folds: number, seed: number): Split[] {
  const fold = foldOfRows(target, rowCount, folds, seed);
  const rows = allRows(rowCount);
  return Array.from({ length: folds }, (_, part) => ({
    train: rows.filter((row) => fold[row] !== part),
    test: rows.filter((row) => fold[row] === part),
  }));
}

/**
 * Holds out a share of the rows, of every class its share by the seed. At least one row is on either side.
 * @param share more than 0 and less than 1
 */
export function holdoutSplit(target: Target, rowCount: number, share: number, seed: number): Split {
  const order = shuffle(allRows(rowCount), randomOf(seed));
  if (target.kind === 'class') order.sort((a, b) => target.codes[a]! - target.codes[b]!);
  const count = Math.min(rowCount - 1, Math.max(1, Math.round(rowCount * share)));
  // Evenly spaced places in the order of classes: the place p is held out where p * count / rowCount passes a whole number.
  const isHeldOut = (place: number) => Math.floor(((place + 1) * count) / rowCount) > Math.floor((place * count) / rowCount);
  return {
    train: order.filter((_, place) => !isHeldOut(place)).sort(),
    test: order.filter((_, place) => isHeldOut(place)).sort(),
  };
}
