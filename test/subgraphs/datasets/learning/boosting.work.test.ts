import { describe, expect, test } from '@jest/globals';
import { fit, predictScores } from '../../../../subgraphs/datasets/learning/fit.js';
import { aggregateFolds, evaluate, fitAndEvaluate } from '../../../../subgraphs/datasets/learning/evaluate.js';
import { fitGradientBoosting, type BoostingProgress } from '../../../../subgraphs/datasets/learning/trees/gradient-boosting.js';
import { withDefaults } from '../../../../subgraphs/datasets/learning/hyperparameters.js';
import type { TreeModel } from '../../../../subgraphs/datasets/learning/trees/tree-model.js';
import { numbers, randomTable, estimator, sampleTable, texts } from './arrange.js';

const IRIS = ['sepal_length_cm', 'sepal_width_cm', 'petal_length_cm', 'petal_width_cm'];
const PENGUINS = ['island', 'beak_length_mm', 'beak_depth_mm', 'flipper_length_mm', 'body_mass_g', 'sex'];

/** One whole tree, nothing held back. */
const ONE_TREE = { iterations: 1, learningRate: 1, l2: 0, minRows: 1 };
const regression = (...values: number[]) => ({ kind: 'number', values: Float64Array.from(values) }) as const;

describe('boosted trees', () => {
  test('one tree splits at the largest decrease of the squared error, and its leaves are means', () => {
    const features = [numbers('x', [1, 2, 3, 4, 5, 6])];
    const table = { rowCount: 6, features, target: regression(1, 1, 1, 7, 8, 9) };
    const model = fit(estimator('GRADIENT_BOOSTED_TREES', { ...ONE_TREE, maxLeaves: 2 }), table) as TreeModel;
    expect(model.trees[0]!.threshold[0]).toBe(3.5);
    expect([...predictScores(model, features)]).toEqual([1, 1, 1, 8, 8, 8].map((value) => expect.closeTo(value, 5)));
  });

  test('a missing number follows the branch that was learned for missing values', () => {
    const features = [numbers('x', [1, 2, 3, 4, NaN, NaN])];
    const right = fit(estimator('GRADIENT_BOOSTED_TREES', { ...ONE_TREE, maxLeaves: 2 }), {
      rowCount: 6,
      features,
      target: regression(0, 0, 5, 5, 5, 5),
    });
    expect(predictScores(right, [numbers('x', [NaN])])[0]).toBeCloseTo(5, 5);
    const left = fit(estimator('GRADIENT_BOOSTED_TREES', { ...ONE_TREE, maxLeaves: 2 }), {
      rowCount: 6,
      features,
      target: regression(0, 0, 5, 5, 0, 0),
    });
    expect(predictScores(left, [numbers('x', [NaN])])[0]).toBeCloseTo(0, 5);
  });

  test('a missing number follows the majority branch if the training data has none', () => {
    const model = fit(estimator('GRADIENT_BOOSTED_TREES', { ...ONE_TREE, maxLeaves: 2 }), {
      rowCount: 5,
      features: [numbers('x', [1, 2, 3, 4, 5])],
      target: regression(0, 9, 9, 9, 9),
    });
    expect(predictScores(model, [numbers('x', [NaN])])[0]).toBeCloseTo(9, 5);
  });

  test('a tree tests for a category, and an unknown one does not match', () => {
    const model = fit(estimator('GRADIENT_BOOSTED_TREES', { ...ONE_TREE, maxLeaves: 2 }), {
      rowCount: 6,
      features: [texts('color', ['red', 'green', 'blue', 'red', 'green', 'blue'])],
      target: regression(1, 6, 1, 1, 6, 1),
    });
    expect([...predictScores(model, [texts('color', ['green', 'red', 'never seen', ''])])]).toEqual(
      [6, 1, 1, 1].map((value) => expect.closeTo(value, 5)),
    );
  });

  test('observes the limits for leaves, depth, and rows', () => {
    const table = randomTable(3, ['number', 'text', 'number'], 500, 0);
    const rules = { iterations: 5, maxLeaves: 6, maxDepth: 3, minRows: 40 };
    const { trees } = fit(estimator('GRADIENT_BOOSTED_TREES', rules), table) as TreeModel;
    for (const { feature, left, right } of trees) {
      expect(feature.filter((own) => own < 0).length).toBeLessThanOrEqual(6);
      const depth = (node: number): number => (feature[node]! < 0 ? 0 : 1 + Math.max(depth(left[node]!), depth(right[node]!)));
      expect(depth(0)).toBeLessThanOrEqual(3);
    }
  });

  test('depends only on the seed', () => {
    const table = randomTable(4, ['number', 'number'], 300, 3);
    const trained = (seed: number) => fit(estimator('GRADIENT_BOOSTED_TREES', { subsample: 0.5, iterations: 10, seed }), table);
    expect(trained(1)).toEqual(trained(1));
    expect(trained(1)).not.toEqual(trained(2));
  });

  test('stops early when the held-out loss no longer decreases, and keeps the best iteration', () => {
    const table = randomTable(5, ['number', 'number'], 400, 2);
    const progress: BoostingProgress[] = [];
    const settings = { ...withDefaults('GRADIENT_BOOSTED_TREES', { earlyStoppingRounds: 5, iterations: 2000, learningRate: 0.5 }) };
    const { trees } = fitGradientBoosting(table, settings, (own) => progress.push(own));
    const losses = progress.map(({ validationLoss }) => validationLoss!);
    expect(losses.length).toBeLessThan(2000);
    expect(trees).toHaveLength(losses.indexOf(Math.min(...losses)) + 1);
    expect(losses).toHaveLength(trees.length + 5);
  });

  test('the training loss falls in every iteration without sampling', () => {
    for (const classCount of [0, 2, 4]) {
      const losses: number[] = [];
      fit(estimator('GRADIENT_BOOSTED_TREES', { iterations: 40 }), randomTable(6, ['number', 'text'], 300, classCount), ({ trainLoss }) =>
        losses.push(trainLoss),
      );
      losses.slice(1).forEach((loss, index) => expect(loss).toBeLessThanOrEqual(losses[index]!));
    }
  });

  test('reaches the accuracy of the literature on iris, about 0.95 in ten folds', () => {
    const table = sampleTable('iris.csv', 'species', IRIS);
    const accuracies = [0, 1, 2, 3].map((seed) => {
      const { folds } = fitAndEvaluate(estimator('GRADIENT_BOOSTED_TREES', { folds: 10, holdout: 0.05, minRows: 1, seed }), table);
      return aggregateFolds(folds)['accuracy']!.mean;
    });
    expect(accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / 4).toBeGreaterThanOrEqual(0.95);
  });

  test('reaches the accuracy of the literature on penguins, about 0.98', () => {
    const { folds } = fitAndEvaluate(
      estimator('GRADIENT_BOOSTED_TREES', { folds: 10, holdout: 0.05 }),
      sampleTable('penguins.csv', 'species', PENGUINS),
    );
    expect(aggregateFolds(folds)['accuracy']!.mean).toBeGreaterThanOrEqual(0.98);
  });

  test('learns a nonlinear function', () => {
    const x = Float64Array.from({ length: 400 }, (_, row) => row / 100);
    const table = {
      rowCount: 400,
      features: [numbers('x', x)],
      target: { kind: 'number', values: x.map((value) => Math.sin(value * 3)) } as const,
    };
    expect(evaluate(fit(estimator('GRADIENT_BOOSTED_TREES'), table), table)['r2']).toBeGreaterThan(0.99);
    expect(evaluate(fit(estimator('LINEAR_REGRESSION'), table), table)['r2']).toBeLessThan(0.5);
  });
});
