// node regress.js <file> <target> <feature>...
// Fits ordinary least squares on three quarters of the rows, tests on the others, and prints its arguments, the metrics, the weights
// and all tested rows as JSON.
import { readRows, split, standardizer } from './csv.js';

const [file, target, ...features] = process.argv.slice(2);

/** Solves the normal equations by Gaussian elimination with pivoting. */
function leastSquares(points, values) {
  const size = points[0].length;
  const matrix = Array.from({ length: size }, (_, row) => [
    ...Array.from({ length: size }, (_, column) => points.reduce((sum, point) => sum + point[row] * point[column], 0)),
    points.reduce((sum, point, index) => sum + point[row] * values[index], 0),
  ]);
  for (let pivot = 0; pivot < size; pivot += 1) {
    const best = matrix.reduce(
      (best, row, index) => (index >= pivot && Math.abs(row[pivot]) > Math.abs(matrix[best][pivot]) ? index : best),
      pivot,
    );
    [matrix[pivot], matrix[best]] = [matrix[best], matrix[pivot]];
    for (let row = 0; row < size; row += 1) {
      if (row === pivot) continue;
      const factor = matrix[row][pivot] / matrix[pivot][pivot];
      matrix[row] = matrix[row].map((value, column) => value - factor * matrix[pivot][column]);
    }
  }
  return matrix.map((row, index) => row[size] / row[index]);
}

const { train, test } = split(readRows(file, [target, ...features]));
const standardize = standardizer(train, features);
const point = (row) => [1, ...standardize(row)];
const weights = leastSquares(
  train.map(point),
  train.map((row) => Number(row[target])),
);
const tested = test.map((row) => {
  const start = performance.now();
  const predicted = point(row).reduce((sum, value, index) => sum + value * weights[index], 0);
  const latencyMs = Math.round(performance.now() - start);
  return {
    input: Object.fromEntries(features.map((feature) => [feature, Number(row[feature])])),
    predicted,
    actual: Number(row[target]),
    latencyMs,
  };
});
const mean = tested.reduce((sum, { actual }) => sum + actual, 0) / tested.length;
const squaredError = tested.reduce((sum, { actual, predicted }) => sum + (actual - predicted) ** 2, 0);
const rmse = Math.sqrt(squaredError / tested.length);
const mae = tested.reduce((sum, { actual, predicted }) => sum + Math.abs(actual - predicted), 0) / tested.length;
const r2 = 1 - squaredError / tested.reduce((sum, { actual }) => sum + (actual - mean) ** 2, 0);
console.log(JSON.stringify({ arguments: process.argv.slice(2), metrics: { r2, rmse, mae, test_rows: tested.length }, weights, tested }));
