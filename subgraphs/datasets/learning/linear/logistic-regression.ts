import type { FeatureColumn } from '../table.js';
import { designMatrixOf } from './design-matrix.js';
import { minimize } from './lbfgs.js';
import type { LinearModel } from './linear-model.js';

/** The hyperparameters of a logistic regression. */
export interface LogisticHyperparameters {
  /** Half of this times the sum of the squared coefficients of the standardized features is added to the sum of the rows' losses. */
  readonly l2: number;
  readonly maxIterations: number;
}

/** Fits a multinomial logistic regression by L-BFGS: the class probabilities are the softmax of the scores. */
export function fitLogisticRegression(
  features: readonly FeatureColumn[],
  codes: Int32Array,
  classCount: number,
  { l2, maxIterations }: LogisticHyperparameters,
  onIteration?: (iteration: number, loss: number) => void,
): LinearModel {
  const design = designMatrixOf(features);
  const rowCount = codes.length;
  const interceptFrom = design.columns.length * classCount;
  const objective = penalizedLoss(design.columns, codes, classCount, l2 / rowCount);
  const { point } = minimize(objective, new Float64Array(interceptFrom + classCount), { maxIterations, tolerance: 1e-7 }, onIteration);
  return design.model(point.subarray(0, interceptFrom), point.subarray(interceptFrom));
}

/** Returns the penalized mean log loss as a function of the coefficients, column by column, followed by the intercepts. */
function penalizedLoss(columns: readonly Float64Array[], codes: Int32Array, classCount: number, penalty: number) {
  const rowCount = codes.length;
  const interceptFrom = columns.length * classCount;
  const scores = new Float64Array(rowCount * classCount);
  return (point: Float64Array, gradient: Float64Array): number => {
    for (let position = 0; position < scores.length; position += 1) scores[position] = point[interceptFrom + (position % classCount)]!;
    columns.forEach((column, index) => addToScores(scores, column, point.subarray(index * classCount, (index + 1) * classCount)));
    let loss = toResiduals(scores, codes, classCount);
    columns.forEach((column, index) => {
      const columnGradient = gradient.subarray(index * classCount, (index + 1) * classCount).fill(0);
      addToGradient(columnGradient, column, scores);
      for (let label = 0; label < classCount; label += 1) {
        const coefficient = point[index * classCount + label]!;
        columnGradient[label] = columnGradient[label]! / rowCount + penalty * coefficient;
        loss += (penalty / 2) * coefficient * coefficient * rowCount;
      }
    });
    const intercept = gradient.subarray(interceptFrom).fill(0);
    for (let position = 0; position < scores.length; position += 1) intercept[position % classCount]! += scores[position]! / rowCount;
    return loss / rowCount;
  };
}

/** Replaces scores by residuals (the probability minus 1 for the row's class, minus 0 for others) and returns the sum of the log losses. */
function toResiduals(scores: Float64Array, codes: Int32Array, classCount: number): number {
  let loss = 0;
  for (let row = 0, from = 0; row < codes.length; row += 1, from += classCount) {
    let largest = -Infinity;
    for (let position = from; position < from + classCount; position += 1) largest = Math.max(largest, scores[position]!);
    let sum = 0;
    const targetScore = scores[from + codes[row]!]! - largest;
    for (let position = from; position < from + classCount; position += 1) sum += scores[position] = Math.exp(scores[position]! - largest);
    for (let position = from; position < from + classCount; position += 1) scores[position]! /= sum;
    scores[from + codes[row]!]! -= 1;
    loss += Math.log(sum) - targetScore;
  }
  return loss;
}

/** Adds the products of a column with its coefficients to the scores. */
function addToScores(scores: Float64Array, column: Float64Array, coefficients: Float64Array): void {
  const width = coefficients.length;
  for (let row = 0, from = 0; row < column.length; row += 1, from += width) {
    const value = column[row]!;
    if (value === 0) continue;
    for (let label = 0; label < width; label += 1) scores[from + label]! += value * coefficients[label]!;
  }
}

/** Adds the products of a column with the residuals to the gradient of its coefficients. */
function addToGradient(sums: Float64Array, column: Float64Array, residuals: Float64Array): void {
  const width = sums.length;
  for (let row = 0, from = 0; row < column.length; row += 1, from += width) {
    const value = column[row]!;
    if (value === 0) continue;
    for (let label = 0; label < width; label += 1) sums[label]! += value * residuals[from + label]!;
  }
}
