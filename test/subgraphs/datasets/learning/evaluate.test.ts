import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aggregateFolds } from '../../../../subgraphs/datasets/learning/evaluate.js';
import { hyperparameterProblems, withDefaults } from '../../../../subgraphs/datasets/learning/hyperparameters.js';
import { rocAucScore, classificationMetrics, regressionMetrics } from '../../../../subgraphs/datasets/learning/metrics.js';
import { kFoldSplits, trainTestSplit } from '../../../../subgraphs/datasets/learning/split.js';
import { classTarget } from './arrange.js';

describe('metrics', () => {
  test('of numbers', () => {
    // Errors 1, -1, 2, 0; the mean of the actual ones is 4, their squared distances 9 + 1 + 1 + 9.
    const { rmse, mae, r2 } = regressionMetrics([1, 3, 5, 7], [0, 4, 3, 7]);
    expect(rmse).toBeCloseTo(Math.sqrt(6 / 4), 12);
    expect(mae).toBe(1);
    expect(r2).toBeCloseTo(1 - 6 / 20, 12);
    expect(regressionMetrics([2, 2], [1, 2])['r2']).toBeNaN();
  });

  test('of three classes', () => {
    const actual = [0, 0, 0, 1, 1, 2];
    const predicted = [0, 0, 1, 1, 2, 2];
    const probabilities = predicted.flatMap((label) => [0, 1, 2].map((own) => (own === label ? 0.5 : 0.25)));
    const metrics = classificationMetrics(actual, predicted, probabilities, 3);
    expect(metrics).toEqual({
      accuracy: expect.closeTo(4 / 6, 12),
      macro_precision: expect.closeTo((1 + 1 / 2 + 1 / 2) / 3, 12),
      macro_recall: expect.closeTo((2 / 3 + 1 / 2 + 1) / 3, 12),
      macro_f1: expect.closeTo((4 / 5 + 1 / 2 + 2 / 3) / 3, 12),
      log_loss: expect.closeTo((4 * Math.log(2) + 2 * Math.log(4)) / 6, 12),
    });
  });

  test('the area under the curve is the share of pairs in the right order', () => {
    // Positives 0.8, 0.4; negatives 0.5, 0.4, 0.1: of 6 pairs 4 are in order and one is a tie.
    expect(rocAucScore([1, 0, 0, 1, 0], Float64Array.of(0.8, 0.5, 0.4, 0.4, 0.1))).toBeCloseTo(4.5 / 6, 12);
    expect(rocAucScore([1, 1], Float64Array.of(0.1, 0.2))).toBeNaN();
  });

  test('across folds: the mean and the deviation between them', () => {
    expect(aggregateFolds([{ accuracy: 0.9 }, { accuracy: 0.7 }, { accuracy: NaN }])).toEqual({
      accuracy: { mean: expect.closeTo(0.8, 12), standardDeviation: expect.closeTo(Math.sqrt(0.02), 12) },
    });
  });
});

describe('splits', () => {
  const problem = fc.record({
    labels: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 2, maxLength: 200 }),
    folds: fc.integer({ min: 2, max: 10 }),
    share: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
    seed: fc.nat(),
  });

  test('every row is tested once, and the folds are stratified', () => {
    fc.assert(
      fc.property(problem, ({ labels, folds, seed }) => {
        const target = classTarget(labels);
        const splits = kFoldSplits(target, labels.length, folds, seed);
        expect(splits.flatMap(({ test: own }) => [...own]).sort((a, b) => a - b)).toEqual([...labels.keys()]);
        for (const { train, test: own } of splits) {
          expect(new Set([...train, ...own]).size).toBe(labels.length);
          target.classes.forEach((_, code) => {
            const share = target.codes.filter((other) => other === code).length / folds;
            expect(Math.abs([...own].filter((row) => target.codes[row] === code).length - share)).toBeLessThan(1);
          });
        }
        expect(kFoldSplits(target, labels.length, folds, seed)).toEqual(splits);
      }),
    );
  });

  test('the holdout is stratified', () => {
    fc.assert(
      fc.property(problem, ({ labels, share, seed }) => {
        const target = classTarget(labels);
        const { train, test: own } = trainTestSplit(target, labels.length, share, seed);
        expect([...train, ...own].sort((a, b) => a - b)).toEqual([...labels.keys()]);
        expect(own).toHaveLength(Math.min(labels.length - 1, Math.max(1, Math.round(labels.length * share))));
        target.classes.forEach((_, code) => {
          const rows = target.codes.filter((other) => other === code).length;
          const heldOut = [...own].filter((row) => target.codes[row] === code).length;
          expect(Math.abs(heldOut - (rows * own.length) / labels.length)).toBeLessThan(1);
        });
      }),
    );
  });
});

describe('settings', () => {
  test('have default values', () => {
    expect(withDefaults('LINEAR_REGRESSION', { l2: 3 })).toEqual({ folds: 5, holdout: 0.2, seed: 0, l2: 3 });
  });

  test('that are unknown or out of range are reported with their path', () => {
    const chosen = { depth: 3, learningRate: 0, maxLeaves: 3.5, subsample: '1', ['__proto__x']: 1, iterations: 10 };
    expect(
      hyperparameterProblems('GRADIENT_BOOSTED_TREES', chosen, ['input', 'hyperparameters']).map(({ field }) => field!.at(-1)),
    ).toEqual(['depth', 'learningRate', 'maxLeaves', 'subsample', '__proto__x']);
  });
});
