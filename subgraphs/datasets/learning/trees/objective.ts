import type { Rows, Target } from '../table.js';

/** What boosting lessens: a loss as a function of scores, of which each tree adds to one. */
export interface Objective {
  /** The model's score that each series of trees adds to. */
  readonly outputs: readonly number[];
  /** What each series begins with: the best constant for these rows. */
  base(rows: Rows): Float64Array;
  /** Writes each row's gradient and curvature of its loss by the scores of a series. `scores` has all series. */
  derivatives(series: number, scores: readonly Float64Array[], gradients: Float64Array, curvatures: Float64Array): void;
  /** Called before the derivatives of an iteration. */
  prepare(scores: readonly Float64Array[]): void;
  /** The mean loss of the rows: the squared error, or the log loss. */
  loss(scores: readonly Float64Array[], rows: Rows): number;
}

export function objectiveOf(target: Target): Objective {
  if (target.kind === 'number') return squaredError(target.values);
  return target.classes.length === 2 ? logistic(target.codes) : softmax(target.codes, target.classes.length);
}

function squaredError(values: Float64Array): Objective {
  return {
    outputs: [0],
    base: (rows) => Float64Array.of(meanOver(rows, (row) => values[row]!)),
    prepare: () => undefined,
    derivatives(_, [scores], gradients, curvatures) {
      for (let row = 0; row < values.length; row += 1) gradients[row] = scores![row]! - values[row]!;
      curvatures.fill(1);
    },
    loss: ([scores], rows) => meanOver(rows, (row) => (scores![row]! - values[row]!) ** 2),
  };
}

/** Two classes: the second one's score is the logarithm of its odds, the first one's stays 0. */
function logistic(codes: Int32Array): Objective {
  return {
    outputs: [1],
    base(rows) {
      const share = possible(
        meanOver(rows, (row) => codes[row]!),
        rows.length,
      );
      return Float64Array.of(Math.log(share / (1 - share)));
    },
    prepare: () => undefined,
    derivatives(_, [scores], gradients, curvatures) {
      for (let row = 0; row < codes.length; row += 1) {
        const probability = 1 / (1 + Math.exp(-scores![row]!));
        gradients[row] = probability - codes[row]!;
        curvatures[row] = probability * (1 - probability);
      }
    },
    loss: ([scores], rows) => meanOver(rows, (row) => Math.log1p(Math.exp(codes[row] === 1 ? -scores![row]! : scores![row]!))),
  };
}

function softmax(codes: Int32Array, classCount: number): Objective {
  const probabilities = Array.from({ length: classCount }, () => new Float64Array(codes.length));
  return {
    outputs: probabilities.map((_, label) => label),
    base(rows) {
      const shares = probabilities.map((_, label) => meanOver(rows, (row) => Number(codes[row] === label)));
      return Float64Array.from(shares, (share) => Math.log(possible(share, rows.length)));
    },
    // All series of an iteration are derived at the same scores.
    prepare(scores) {
      for (let row = 0; row < codes.length; row += 1) {
        const sum = exponentials(scores, row, (label, value) => (probabilities[label]![row] = value));
        for (const own of probabilities) own[row]! /= sum;
      }
    },
    derivatives(label, _, gradients, curvatures) {
      // The factor makes two classes by softmax learn as fast as the logistic loss does.
      const factor = classCount / (classCount - 1);
      const own = probabilities[label]!;
      for (let row = 0; row < codes.length; row += 1) {
        gradients[row] = own[row]! - Number(codes[row] === label);
        curvatures[row] = factor * own[row]! * (1 - own[row]!);
      }
    },
    loss: (scores, rows) =>
      meanOver(rows, (row) => {
        let own = 0;
        const sum = exponentials(scores, row, (label, value) => label === codes[row] && (own = value));
        return Math.log(sum) - Math.log(Math.max(own, Number.MIN_VALUE));
      }),
  };
}

/** Tells each class's exponential, scaled so that the largest is 1, and answers their sum. */
function exponentials(scores: readonly Float64Array[], row: number, tell: (label: number, value: number) => unknown): number {
  let most = -Infinity;
  for (const own of scores) most = Math.max(most, own[row]!);
  let sum = 0;
  for (let label = 0; label < scores.length; label += 1) {
    const value = Math.exp(scores[label]![row]! - most);
    tell(label, value);
    sum += value;
  }
  return sum;
}

/** A share that is neither 0 nor 1, as if half a row more were of each kind. */
const possible = (share: number, count: number) => Math.min(1 - 0.5 / (count + 1), Math.max(0.5 / (count + 1), share));

function meanOver(rows: Rows, of: (row: number) => number): number {
  let sum = 0;
  for (let place = 0; place < rows.length; place += 1) sum += of(rows[place]!);
  return sum / rows.length;
}
