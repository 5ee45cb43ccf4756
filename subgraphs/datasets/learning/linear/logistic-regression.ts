import type { FeatureColumn } from '../table.js';
import { designOf } from './design.js';
import { minimize } from './lbfgs.js';
import type { LinearModel } from './linear-model.js';

/** Settings of a logistic regression. */
export interface LogisticSettings {
  /** Half of this times the sum of the squared weights of scaled features is added to the sum of the rows' losses. */
  readonly l2: number;
  readonly maxIterations: number;
}

/** Multinomial logistic regression: the softmax of the scores are the classes' probabilities. */
export function fitLogisticRegression(
  features: readonly FeatureColumn[],
  codes: Int32Array,
  classCount: number,
  { l2, maxIterations }: LogisticSettings,
  onIteration?: (iteration: number, loss: number) => void,
): LinearModel {
  const design = designOf(features);
  const rowCount = codes.length;
  const biasFrom = design.columns.length * classCount;
  const evaluate = lossOf(design.columns, codes, classCount, l2 / rowCount);
  const { point } = minimize(evaluate, new Float64Array(biasFrom + classCount), { maxIterations, tolerance: 1e-7 }, onIteration);
  return design.model(point.subarray(0, biasFrom), point.subarray(biasFrom));
}

/** The mean log loss of all rows with its penalty, as a function of the weights (column by column) and then the biases. */
function lossOf(columns: readonly Float64Array[], codes: Int32Array, classCount: number, penalty: number) {
  const rowCount = codes.length;
  const biasFrom = columns.length * classCount;
  const work = new Float64Array(rowCount * classCount);
  return (point: Float64Array, gradient: Float64Array): number => {
    for (let place = 0; place < work.length; place += 1) work[place] = point[biasFrom + (place % classCount)]!;
    columns.forEach((column, index) => addColumn(work, column, point.subarray(index * classCount, (index + 1) * classCount)));
    let loss = toErrors(work, codes, classCount);
    columns.forEach((column, index) => {
      const own = gradient.subarray(index * classCount, (index + 1) * classCount).fill(0);
      gatherColumn(own, column, work);
      for (let label = 0; label < classCount; label += 1) {
        const weight = point[index * classCount + label]!;
        own[label] = own[label]! / rowCount + penalty * weight;
        loss += (penalty / 2) * weight * weight * rowCount;
      }
    });
    const bias = gradient.subarray(biasFrom).fill(0);
    for (let place = 0; place < work.length; place += 1) bias[place % classCount]! += work[place]! / rowCount;
    return loss / rowCount;
  };
}

/** Turns rows of scores into probability minus truth, and answers the sum of the log losses. */
function toErrors(scores: Float64Array, codes: Int32Array, classCount: number): number {
  let loss = 0;
  for (let row = 0, from = 0; row < codes.length; row += 1, from += classCount) {
    let most = -Infinity;
    for (let place = from; place < from + classCount; place += 1) most = Math.max(most, scores[place]!);
    let sum = 0;
    const own = scores[from + codes[row]!]! - most;
    for (let place = from; place < from + classCount; place += 1) sum += scores[place] = Math.exp(scores[place]! - most);
    for (let place = from; place < from + classCount; place += 1) scores[place]! /= sum;
    scores[from + codes[row]!]! -= 1;
    loss += Math.log(sum) - own;
  }
  return loss;
}

function addColumn(scores: Float64Array, column: Float64Array, weights: Float64Array): void {
  const width = weights.length;
  for (let row = 0, from = 0; row < column.length; row += 1, from += width) {
    const value = column[row]!;
    if (value === 0) continue;
    for (let label = 0; label < width; label += 1) scores[from + label]! += value * weights[label]!;
  }
}

function gatherColumn(sums: Float64Array, column: Float64Array, errors: Float64Array): void {
  const width = sums.length;
  for (let row = 0, from = 0; row < column.length; row += 1, from += width) {
    const value = column[row]!;
    if (value === 0) continue;
    for (let label = 0; label < width; label += 1) sums[label]! += value * errors[from + label]!;
  }
}
