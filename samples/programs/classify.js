// node classify.js <file> <target> <nearest-centroid | nearest-neighbors> <feature>...
// Trains on three quarters of the rows, tests on the others, and prints its arguments, the metrics and all tested rows as JSON.
import { readRows, split, standardizer } from './csv.js';

const NEIGHBORS = 5;
const [file, target, algorithm, ...features] = process.argv.slice(2);

const distance = (a, b) => Math.hypot(...a.map((value, index) => value - b[index]));

/** Predicts the majority class of the five nearest training rows. The confidence is the share of that class. */
function nearestNeighbors(train) {
  return (point) => {
    const nearest = [...train].sort((a, b) => distance(a.point, point) - distance(b.point, point)).slice(0, NEIGHBORS);
    const votes = count(nearest.map(({ label }) => label));
    const [label, share] = [...votes].sort((a, b) => b[1] - a[1])[0];
    return { label, confidence: share / NEIGHBORS };
  };
}

/** Predicts the class with the nearest centroid. The confidence compares its distance with that of the second nearest. */
function nearestCentroid(train) {
  const centroids = [...count(train.map(({ label }) => label)).keys()].map((label) => {
    const points = train.filter((row) => row.label === label).map(({ point }) => point);
    return { label, point: points[0].map((_, index) => points.reduce((sum, point) => sum + point[index], 0) / points.length) };
  });
  return (point) => {
    const [first, second] = centroids
      .map(({ label, point: center }) => ({ label, distance: distance(center, point) }))
      .sort((a, b) => a.distance - b.distance);
    return { label: first.label, confidence: second.distance / (first.distance + second.distance) };
  };
}

function count(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Returns the macro-averaged F1 score: the mean of the F1 scores of all classes. */
function macroF1(tested) {
  const labels = [...count(tested.map(({ actual }) => actual)).keys()];
  const scores = labels.map((label) => {
    const truePositives = tested.filter(({ actual, predicted }) => actual === label && predicted === label).length;
    const predictedCount = tested.filter(({ predicted }) => predicted === label).length;
    const actualCount = tested.filter(({ actual }) => actual === label).length;
    return truePositives === 0 ? 0 : (2 * truePositives) / (predictedCount + actualCount);
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

const { train, test } = split(readRows(file, [target, ...features]));
const standardize = standardizer(train, features);
const fit = { 'nearest-centroid': nearestCentroid, 'nearest-neighbors': nearestNeighbors }[algorithm];
const predict = fit(train.map((row) => ({ point: standardize(row), label: row[target] })));
const tested = test.map((row) => {
  const start = performance.now();
  const { label, confidence } = predict(standardize(row));
  const latencyMs = Math.round(performance.now() - start);
  return {
    input: Object.fromEntries(features.map((feature) => [feature, Number(row[feature])])),
    predicted: label,
    actual: row[target],
    confidence,
    latencyMs,
  };
});
const accuracy = tested.filter(({ actual, predicted }) => actual === predicted).length / tested.length;
console.log(
  JSON.stringify({ arguments: process.argv.slice(2), metrics: { accuracy, macro_f1: macroF1(tested), test_rows: tested.length }, tested }),
);
