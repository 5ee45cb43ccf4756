import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fit, predictScores } from '../../../../subgraphs/datasets/learning/fit.js';
import { leastSquares } from '../../../../subgraphs/datasets/learning/linear/least-squares.js';
import { numbers, estimator, texts } from './arrange.js';

/** NIST's Statistical Reference Datasets, "Longley": employment and six figures that all but determine each other. */
const LONGLEY = `60323 83.0 234289 2356 1590 107608 1947
61122 88.5 259426 2325 1456 108632 1948
60171 88.2 258054 3682 1616 109773 1949
61187 89.5 284599 3351 1650 110929 1950
63221 96.2 328975 2099 3099 112075 1951
63639 98.1 346999 1932 3594 113270 1952
64989 99.0 365385 1870 3547 115094 1953
63761 100.0 363112 3578 3350 116219 1954
66019 101.2 397469 2904 3048 117388 1955
67857 104.6 419180 2822 2857 118734 1956
68169 108.4 442769 2936 2798 120445 1957
66513 110.8 444546 4681 2637 121950 1958
68655 112.6 482704 3813 2552 123366 1959
69564 114.2 502601 3931 2514 125368 1960
69331 115.7 518173 4806 2572 127852 1961
70551 116.9 554894 4007 2827 130081 1962`
  .split('\n')
  .map((line) => line.split(' ').map(Number));

const CERTIFIED = [
  -3482258.63459582, 15.0618722713733, -0.035819179292591, -2.02022980381683, -1.03322686717359, -0.0511041056535807, 1829.15146461355,
];
/** The certified standard deviation of what the fit leaves, of 9 degrees of freedom. */
const CERTIFIED_RESIDUAL = 304.854073561965;

const longley = (column: number) => Float64Array.from(LONGLEY, (row) => row[column]!);

describe('least squares', () => {
  test('finds the certified weights of ill-conditioned data', () => {
    const columns = [new Float64Array(16).fill(1), ...[1, 2, 3, 4, 5, 6].map(longley)];
    leastSquares(columns, longley(0)).forEach((weight, index) => expect(weight / CERTIFIED[index]!).toBeCloseTo(1, 8));
  });

  test('leaves residuals that are orthogonal to every column', () => {
    const value = fc.double({ min: -100, max: 100, noNaN: true });
    const rows = fc.array(fc.tuple(value, value, value, value), { minLength: 4, maxLength: 30 });
    fc.assert(
      fc.property(rows, fc.double({ min: 0, max: 10, noNaN: true }), (drawn, ridge) => {
        const [target, ...columns] = [0, 1, 2, 3].map((column) => Float64Array.from(drawn, (row) => row[column]!)) as [
          Float64Array,
          ...Float64Array[],
        ];
        const weights = leastSquares(columns, target, ridge);
        // As much as rounding may leave of figures and weights of this size: columns that are almost alike get large weights.
        const size = Math.hypot(...columns.map((column) => Math.hypot(...column)), Math.sqrt(ridge));
        const rounding = 1e-12 * size * (size * Math.hypot(...weights) + Math.hypot(...target));
        columns.forEach((column, index) => {
          const rest = target.map((own, row) => own - columns.reduce((sum, other, place) => sum + other[row]! * weights[place]!, 0));
          const explained = column.reduce((sum, own, row) => sum + own * rest[row]!, 0) - ridge * weights[index]!;
          expect(Math.abs(explained)).toBeLessThanOrEqual(rounding + 1e-140); // What is shorter than 1e-150 counts as nothing.
        });
      }),
      { examples: [[Array.from({ length: 4 }, () => [0, 0, 0, 0] as [number, number, number, number]), Number.MIN_VALUE]] },
    );
  });

  test('gives the weight 0 to a duplicate column', () => {
    const column = Float64Array.of(1, 2, 3, 4);
    const weights = leastSquares([column, column.map((value) => value * 2), new Float64Array(4)], Float64Array.of(2, 4, 6, 8));
    expect(weights[0]! + 2 * weights[1]!).toBeCloseTo(2, 12);
    expect([...weights].filter((weight) => weight === 0)).toHaveLength(2);
  });
});

describe('linear regression', () => {
  test('has the certified fit with float32 inputs', () => {
    const features = [1, 2, 3, 4, 5, 6].map((column) => numbers(`x${column}`, longley(column)));
    const target = { kind: 'number', values: longley(0) } as const;
    const predicted = predictScores(fit(estimator('LINEAR_REGRESSION'), { rowCount: 16, features, target }), features);
    const squares = predicted.reduce((sum, value, row) => sum + (value - longley(0)[row]!) ** 2, 0);
    expect(Math.sqrt(squares / 9) / CERTIFIED_RESIDUAL).toBeCloseTo(1, 5);
  });

  test('predicts the mean of each category, including missing values, and the total mean for unknown ones', () => {
    const color = texts('color', ['red', 'red', 'blue', 'blue', '', '']);
    const target = { kind: 'number', values: Float64Array.of(1, 3, 10, 12, 5, 5) } as const;
    const model = fit(estimator('LINEAR_REGRESSION'), { rowCount: 6, features: [color], target });
    const [red, blue, missing] = predictScores(model, [texts('color', ['red', 'blue', ''])]);
    expect(red).toBeCloseTo(2, 5);
    expect(blue).toBeCloseTo(11, 5);
    expect(missing).toBeCloseTo(5, 5);
    expect(predictScores(model, [texts('color', ['green'])])[0]).toEqual(expect.any(Number));
  });

  test('replaces a missing number by the mean', () => {
    const features = [numbers('x', [1, 2, NaN, 3])];
    const target = { kind: 'number', values: Float64Array.of(10, 20, 20, 30) } as const;
    const model = fit(estimator('LINEAR_REGRESSION'), { rowCount: 4, features, target });
    expect([...predictScores(model, [numbers('x', [NaN, 2, 4])])].map(Math.round)).toEqual([20, 20, 40]);
  });

  test('applies the ridge penalty to the weights, and not to the bias', () => {
    const features = [numbers('x', [-1, 1])];
    const target = { kind: 'number', values: Float64Array.of(100, 104) } as const;
    // One scaled feature, weight = sum(x * y) / (sum(x * x) + l2) = 4 / (2 + 2).
    const model = fit(estimator('LINEAR_REGRESSION', { l2: 2 }), { rowCount: 2, features, target });
    expect([...predictScores(model, features)]).toEqual([101, 103]);
  });
});
