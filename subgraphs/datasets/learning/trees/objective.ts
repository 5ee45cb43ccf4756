import type { Rows, Target } from '../table.js';

/** The loss that boosting minimizes, as a function of the raw scores. Each iteration grows one tree per entry of `outputs`. */
export interface Objective {
  /** The index of the model's score that each tree of an iteration adds to. */
  readonly outputs: readonly number[];
  /** Returns the best constant score for these rows, one value per entry of `outputs`. */
  initialScores(rows: Rows): Float64Array;
  /** Writes each row's gradient and hessian of the loss by score `treeIndex` of the iteration. `scores` has an array per entry of `outputs`. */
  derivatives(treeIndex: number, scores: readonly Float64Array[], gradients: Float64Array, hessians: Float64Array): void;
  /** Called once per iteration, before `derivatives`. */
  prepare(scores: readonly Float64Array[]): void;
  /** Returns the mean loss of the rows: the squared error or the log loss. */
  loss(scores: readonly Float64Array[], rows: Rows): number;
}

/** Returns the squared error for numbers, the binary log loss for two classes, and the softmax log loss for more. */
export function objectiveOf(target: Target): Objective {
  if (target.kind === 'number') return squaredError(target.values);
  return target.classes.length === 2 ? logistic(target.codes) : softmax(target.codes, target.classes.length);
}

function squaredError(values: Float64Array): Objective {
  return {
    outputs: [0],
    initialScores: (rows) => Float64Array.of(meanOver(rows, (row) => values[row]!)),
    prepare: () => undefined,
    derivatives(_, [scores], gradients, hessians) {
      for (let row = 0; row < values.length; row += 1) gradients[row] = scores![row]! - values[row]!;
      hessians.fill(1);
    },
    loss: ([scores], rows) => meanOver(rows, (row) => (scores![row]! - values[row]!) ** 2),
  };
}

/** Returns the binary log loss: the score of the second class is its log-odds, that of the first class is always 0. */
function logistic(codes: Int32Array): Objective {
  return {
    outputs: [1],
    initialScores(rows) {
      const share = clampShare(
        meanOver(rows, (row) => codes[row]!),
        rows.length,
      );
      return Float64Array.of(Math.log(share / (1 - share)));
    },
    prepare: () => undefined,
    derivatives(_, [scores], gradients, hessians) {
      for (let row = 0; row < codes.length; row += 1) {
        const probability = 1 / (1 + Math.exp(-scores![row]!));
        gradients[row] = probability - codes[row]!;
        hessians[row] = probability * (1 - probability);
      }
    },
    loss: ([scores], rows) => meanOver(rows, (row) => Math.log1p(Math.exp(codes[row] === 1 ? -scores![row]! : scores![row]!))),
  };
}

function softmax(codes: Int32Array, classCount: number): Objective {
  const probabilities = Array.from({ length: classCount }, () => new Float64Array(codes.length));
  return {
    outputs: probabilities.map((_, label) => label),
    initialScores(rows) {
      const shares = probabilities.map((_, label) => meanOver(rows, (row) => Number(codes[row] === label)));
      return Float64Array.from(shares, (share) => Math.log(clampShare(share, rows.length)));
    },
    // All trees of an iteration use the derivatives at the scores before the iteration.
    prepare(scores) {
      for (let row = 0; row < codes.length; row += 1) {
        const sum = exponentials(scores, row, (label, value) => (probabilities[label]![row] = value));
        for (const ofClass of probabilities) ofClass[row]! /= sum;
      }
    },
    derivatives(label, _, gradients, hessians) {
      // LightGBM's factor: with two classes, softmax then learns as fast as the binary log loss.
      const factor = classCount / (classCount - 1);
      const ofClass = probabilities[label]!;
      for (let row = 0; row < codes.length; row += 1) {
        gradients[row] = ofClass[row]! - Number(codes[row] === label);
        hessians[row] = factor * ofClass[row]! * (1 - ofClass[row]!);
      }
    },
    loss: (scores, rows) =>
      meanOver(rows, (row) => {
        let ofTarget = 0;
        const sum = exponentials(scores, row, (label, value) => label === codes[row] && (ofTarget = value));
        return Math.log(sum) - Math.log(Math.max(ofTarget, Number.MIN_VALUE));
      }),
  };
}

/** Passes the exponential of each class's score to `visit`, scaled so that the largest is 1, and returns their sum. */
function exponentials(scores: readonly Float64Array[], row: number, visit: (label: number, value: number) => unknown): number {
  let largest = -Infinity;
  for (const ofClass of scores) largest = Math.max(largest, ofClass[row]!);
  let sum = 0;
  for (let label = 0; label < scores.length; label += 1) {
    const value = Math.exp(scores[label]![row]! - largest);
    visit(label, value);
    sum += value;
  }
  return sum;
}

/** Keeps a share away from 0 and 1, as if half a row were added to each class, so that its logarithm is finite. */
const clampShare = (share: number, count: number) => Math.min(1 - 0.5 / (count + 1), Math.max(0.5 / (count + 1), share));

function meanOver(rows: Rows, of: (row: number) => number): number {
  let sum = 0;
  for (let position = 0; position < rows.length; position += 1) sum += of(rows[position]!);
  return sum / rows.length;
}
