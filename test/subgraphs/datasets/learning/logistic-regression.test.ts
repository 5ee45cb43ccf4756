import { describe, expect, test } from '@jest/globals';
import { predictProbabilities } from '../../../../subgraphs/datasets/learning/predict.js';
import { fit, predictScores } from '../../../../subgraphs/datasets/learning/fit.js';
import { minimize } from '../../../../subgraphs/datasets/learning/linear/lbfgs.js';
import { aggregateFolds, fitAndEvaluate } from '../../../../subgraphs/datasets/learning/evaluate.js';
import { classTarget, numbers, estimator, sampleTable, texts } from './arrange.js';

const IRIS = ['sepal_length_cm', 'sepal_width_cm', 'petal_length_cm', 'petal_width_cm'];
const PENGUINS = ['island', 'beak_length_mm', 'beak_depth_mm', 'flipper_length_mm', 'body_mass_g', 'sex'];

describe('logistic regression', () => {
  test('without a penalty predicts the class shares of each category', () => {
    const color = texts('color', [...Array(10).fill('red'), ...Array(8).fill('blue')]);
    const target = classTarget([...'aaaaabbbcc', ...'aabbbbcc']);
    const model = fit(estimator('LOGISTIC_REGRESSION', { l2: 0 }), { rowCount: 18, features: [color], target });
    const shares = predictProbabilities(predictScores(model, [texts('color', ['red', 'blue'])]), 3);
    [0.5, 0.3, 0.2, 0.25, 0.5, 0.25].forEach((share, index) => expect(shares[index]).toBeCloseTo(share, 4));
  });

  test('minimizes the penalized loss', () => {
    // Rows at -1 and 1, the classes' weights -w and w: 2 * log(1 + exp(-2w)) + w * w is least where w = 2 / (1 + exp(2w)).
    let weight = 0.5;
    for (let step = 0; step < 100; step += 1) weight = (weight + 2 / (1 + Math.exp(2 * weight))) / 2;
    const features = [numbers('x', [-1, 1])];
    const model = fit(estimator('LOGISTIC_REGRESSION'), { rowCount: 2, features, target: classTarget(['a', 'b']) });
    const scores = predictScores(model, features);
    expect(scores[3]! - scores[2]!).toBeCloseTo(2 * weight, 5);
  });

  test('reaches the accuracy of the literature on iris, 0.95 to 0.97 in ten folds', () => {
    const { folds } = fitAndEvaluate(
      estimator('LOGISTIC_REGRESSION', { folds: 10, holdout: 0.05 }),
      sampleTable('iris.csv', 'species', IRIS),
    );
    expect(aggregateFolds(folds)['accuracy']!.mean).toBeGreaterThanOrEqual(0.95);
  });

  test('reaches the accuracy of the literature on penguins, above 0.98', () => {
    const table = sampleTable('penguins.csv', 'species', PENGUINS);
    const { folds, holdout } = fitAndEvaluate(estimator('LOGISTIC_REGRESSION', { folds: 10 }), table);
    expect(aggregateFolds(folds)['accuracy']!.mean).toBeGreaterThanOrEqual(0.98);
    expect(holdout['accuracy']).toBeGreaterThanOrEqual(0.98);
  });
});

test('finds the minimum of the Rosenbrock function', () => {
  const evaluate = ([x, y]: Float64Array, gradient: Float64Array) => {
    gradient[0] = 2 * (x! - 3) + 40 * (x! + 2 * y! - 1);
    gradient[1] = 80 * (x! + 2 * y! - 1);
    return (x! - 3) ** 2 + 20 * (x! + 2 * y! - 1) ** 2;
  };
  const { point, converged } = minimize(evaluate, new Float64Array(2), { maxIterations: 100, tolerance: 1e-10 });
  expect(converged).toBe(true);
  expect(point[0]).toBeCloseTo(3, 8);
  expect(point[1]).toBeCloseTo(-1, 8);
});
