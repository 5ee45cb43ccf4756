// node regress.js <file> <target> <feature>...
// Fits ordinary least squares on three quarters of the rows, tests on the rest, and prints its arguments, metrics, weights and every tested row as JSON.
import { readRows, split, standardizer } from './csv.js';

const [file, target, ...features] = process.argv.slice(2);

/** Solves the normal equations by Gaussian elimination with pivoting. */
function leastSquares(points, values) {
  const size = points[0].length;
  const table = Array.from({ length: size }, (_, row) => [
    ...Array.from({ length: size }, (_, column) => points.reduce((sum, point) => sum + point[row] * point[column], 0)),
    points.reduce((sum, point, index) => sum + point[row] * values[index], 0),
  ]);
  for (let pivot = 0; pivot < size; pivot += 1) {
    const best = table.reduce(
      (found, row, index) => (index >= pivot && Math.abs(row[pivot]) > Math.abs(table[found][pivot]) ? index : found),
      pivot,
    );
    [table[pivot], table[best]] = [table[best], table[pivot]];
    for (let row = 0; row < size; row += 1) {
      if (row === pivot) continue;
      const factor = table[row][pivot] / table[pivot][pivot];
      table[row] = table[row].map((value, column) => value - factor * table[pivot][column]);
    }
  }
  return table.map((row, index) => row[size] / row[index]);
}

const { train, test } = split(readRows(file, [target, ...features]));
const place = standardizer(train, features);
const point = (row) => [1, ...place(row)];
const weights = leastSquares(
  train.map(point),
  train.map((row) => Number(row[target])),
);
const tested = test.map((row) => {
  const began = performance.now();
  const predicted = point(row).reduce((sum, value, index) => sum + value * weights[index], 0);
  const latencyMs = Math.round(performance.now() - began);
  return {
    input: Object.fromEntries(features.map((feature) => [feature, Number(row[feature])])),
    predicted,
    actual: Number(row[target]),
    latencyMs,
  };
});
const mean = tested.reduce((sum, { actual }) => sum + actual, 0) / tested.length;
const squared = tested.reduce((sum, { actual, predicted }) => sum + (actual - predicted) ** 2, 0);
const rmse = Math.sqrt(squared / tested.length);
const mae = tested.reduce((sum, { actual, predicted }) => sum + Math.abs(actual - predicted), 0) / tested.length;
const r2 = 1 - squared / tested.reduce((sum, { actual }) => sum + (actual - mean) ** 2, 0);
console.log(JSON.stringify({ arguments: process.argv.slice(2), metrics: { r2, rmse, mae, test_rows: tested.length }, weights, tested }));
