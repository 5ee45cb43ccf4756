import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { predictLabels, predictProbabilities } from '../../../../subgraphs/datasets/learning/predict.js';
import { fit, predictScores } from '../../../../subgraphs/datasets/learning/fit.js';
import type { Algorithm } from '../../../../subgraphs/datasets/learning/hyperparameters.js';
import { exportModel } from '../../../../subgraphs/datasets/learning/onnx/export-model.js';
import { seededRandom } from '../../../../subgraphs/datasets/learning/random.js';
import type { FeatureColumn, Table } from '../../../../subgraphs/datasets/learning/table.js';
import { askRuntime } from '../../../kit/onnx-runtime.js';
import { numbers, randomColumn, randomTable, estimator } from './arrange.js';

/**
 * Scores, and so labels and predicted numbers, are the same bits. Probabilities are not: the runtime's softmax computes exponentials in
 * float32 by a polynomial, good to some units of the last place of numbers up to 1, which are 2^-24 each.
 */
const PROBABILITY_TOLERANCE = 16 * 2 ** -24;

const KINDS = ['number', 'text', 'number', 'number', 'text', 'number'] as const;

interface Case {
  algorithm: Algorithm;
  classCount: number;
  settings?: Record<string, number>;
}

const CASES: Case[] = [
  { algorithm: 'LINEAR_REGRESSION', classCount: 0 },
  { algorithm: 'LINEAR_REGRESSION', classCount: 0, settings: { l2: 10 } },
  { algorithm: 'LOGISTIC_REGRESSION', classCount: 2 },
  { algorithm: 'LOGISTIC_REGRESSION', classCount: 4 },
  { algorithm: 'GRADIENT_BOOSTED_TREES', classCount: 0 },
  { algorithm: 'GRADIENT_BOOSTED_TREES', classCount: 2, settings: { subsample: 0.7 } },
  { algorithm: 'GRADIENT_BOOSTED_TREES', classCount: 4, settings: { earlyStoppingRounds: 5 } },
];

/** Trains, exports, and asks both the model and the runtime. */
async function compare({ algorithm, settings }: Case, table: Table, asked: readonly FeatureColumn[], threads: number): Promise<void> {
  const model = fit(estimator(algorithm, settings), table);
  const scores = predictScores(model, asked);
  const answers = await askRuntime(exportModel(model, table.target), asked, threads);
  expect([...answers.inputs]).toEqual(table.features.map(({ name }) => name));
  if (table.target.kind === 'number') {
    expect(Buffer.from(answers.prediction!.buffer).equals(Buffer.from(scores.buffer))).toBe(true);
    return;
  }
  const { classes } = table.target;
  expect(answers.label).toEqual(Array.from(predictLabels(scores, classes.length), (label) => classes[label]));
  const own = predictProbabilities(scores, classes.length);
  const furthest = own.reduce((most, value, index) => Math.max(most, Math.abs(value - answers.probabilities![index]!)), 0);
  expect(answers.probabilities).toHaveLength(own.length);
  expect(furthest).toBeLessThanOrEqual(PROBABILITY_TOLERANCE);
}

describe('an exported model', () => {
  test.each(CASES)('predicts the same as $algorithm with $classCount classes on 10,000 random rows', async (one) => {
    const table = randomTable(7, KINDS, 1500, one.classCount);
    const random = seededRandom(8);
    const asked = KINDS.map((kind, index) => randomColumn(`x${index}`, kind, 10_000, random, true));
    await compare(one, table, asked, 1);
    await compare(
      one,
      table,
      asked.map((column) => ({ ...column, values: column.values.slice(0, 1) }) as FeatureColumn),
      2,
    );
  });

  test('predicts the same as its trainer for any problem', async () => {
    const problem = fc.record({
      seed: fc.nat(),
      one: fc.constantFrom(...CASES),
      kinds: fc.array(fc.constantFrom('number' as const, 'text' as const), { minLength: 1, maxLength: 4 }),
      rowCount: fc.integer({ min: 2, max: 40 }),
      threads: fc.constantFrom(1, 2),
    });
    await fc.assert(
      fc.asyncProperty(problem, async ({ seed, one, kinds, rowCount, threads }) => {
        const table = randomTable(seed, kinds, rowCount, one.classCount);
        const random = seededRandom(seed + 1);
        const asked = kinds.map((kind, index) => randomColumn(`x${index}`, kind, 100, random, true));
        await compare(
          { ...one, settings: { ...one.settings, ...(one.algorithm === 'GRADIENT_BOOSTED_TREES' && { minRows: 1, iterations: 30 }) } },
          table,
          asked,
          threads,
        );
      }),
      { numRuns: 60 },
    );
  });

  test('refuses a feature with the name of an output', () => {
    const model = fit(estimator('LINEAR_REGRESSION'), {
      rowCount: 3,
      features: [numbers('prediction', [1, 2, 3])],
      target: { kind: 'number', values: Float64Array.of(1, 2, 3) },
    });
    expect(() => exportModel(model, { kind: 'number' })).toThrow(RangeError);
  });
});
