import type { FeatureColumn } from '../table.js';
import { designOf } from './design.js';
import { leastSquares } from './least-squares.js';
import type { LinearModel } from './linear-model.js';

/** @param l2 what the sum of the squared weights of scaled features costs; the bias costs nothing */
export function fitLinearRegression(features: readonly FeatureColumn[], target: Float64Array, { l2 }: { l2: number }): LinearModel {
  const design = designOf(features);
  const means = design.columns.map(meanOf);
  const mean = meanOf(target);
  // With centered columns the bias is known without being one of the unknowns, and no ridge weighs on it.
  const centered = design.columns.map((column, index) => column.map((value) => value - means[index]!));
  const weights = leastSquares(
    centered,
    target.map((value) => value - mean),
    l2,
  );
  const bias = weights.reduce((rest, weight, index) => rest - weight * means[index]!, mean);
  return design.model(weights, Float64Array.of(bias));
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
