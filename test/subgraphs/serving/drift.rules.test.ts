import fc from 'fast-check';
import { mergeBins, numericDistribution, categoricalDistribution } from '../../../subgraphs/serving/drift/distribution.js';
import { compareFeature, driftWindow, ks, psi, driftStatus } from '../../../subgraphs/serving/drift/drift.rules.js';

/** Counts of the same bins, neither list all zero. */
const pairs = fc
  .array(fc.tuple(fc.nat(1000), fc.nat(1000)), { minLength: 1, maxLength: 20 })
  .map((bins) => [bins.map(([count]) => count), bins.map(([, count]) => count)] as const)
  .filter((lists) => lists.every((counts) => counts.some((count) => count > 0)));

describe('the population stability index', () => {
  it.each([
    // (0.25 - 0.4) ln(0.25 / 0.4) + (0.25 - 0.3) ln(0.25 / 0.3) + (0.25 - 0.2) ln(0.25 / 0.2) + (0.25 - 0.1) ln(0.25 / 0.1)
    [[25, 25, 25, 25], [40, 30, 20, 10], 0.0705005 + 0.0091161 + 0.0111572 + 0.1374436],
    // The empty bin counts as 0.0001: (0.5 - 1) ln(0.5 / 1) + (0.5 - 0.0001) ln(0.5 / 0.0001)
    [[50, 50], [7, 0], 0.3465736 + 4.2577447],
    [[1, 2, 3], [100, 200, 300], 0],
    [[5, 0], [9, 0], 0],
  ])('of %j and %j is %d', (baseline, current, expected) => {
    expect(psi(baseline, current)).toBeCloseTo(expected, 6);
  });

  it('is 0 for equal shares, never negative, and symmetric', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 50 }), ([baseline, current], times) => {
        expect(
          psi(
            baseline,
            baseline.map((count) => count * times),
          ),
        ).toBeCloseTo(0, 12);
        expect(psi(baseline, current)).toBeGreaterThanOrEqual(0);
        expect(psi(baseline, current)).toBeCloseTo(psi(current, baseline), 10);
      }),
    );
  });
});

describe('the Kolmogorov-Smirnov statistic', () => {
  it.each([
    [[25, 25, 25, 25], [40, 30, 20, 10], 0.2],
    [[10, 0], [0, 10], 1],
    [[2, 2, 2], [20, 20, 20], 0],
    [[0, 1, 3], [1, 1, 2], 0.25],
  ])('of %j and %j is %d', (baseline, current, expected) => {
    expect(ks(baseline, current)).toBeCloseTo(expected, 12);
  });

  it('is 0 for equal shares, from 0 to 1, and symmetric', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 50 }), ([baseline, current], times) => {
        expect(
          ks(
            baseline,
            baseline.map((count) => count * times),
          ),
        ).toBeCloseTo(0, 12);
        expect(ks(baseline, current)).toBeGreaterThanOrEqual(0);
        expect(ks(baseline, current)).toBeLessThanOrEqual(1 + 1e-12);
        expect(ks(baseline, current)).toBeCloseTo(ks(current, baseline), 12);
      }),
    );
  });

  it('equals that of the sorted samples if every value has its own bin', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sample, sample, (one, other) => {
        const values = Array.from({ length: 10 }, (_, value) => value);
        const share = (among: number[], value: number) => among.filter((each) => each <= value).length / among.length;
        const expected = Math.max(...values.map((value) => Math.abs(share(one, value) - share(other, value))));
        const counts = (among: number[]) => values.map((value) => among.filter((each) => each === value).length);
        expect(ks(counts(one), counts(other))).toBeCloseTo(expected, 12);
      }),
    );
  });
});

it.each([
  ['PSI', 0.0999, 'OK'],
  ['PSI', 0.1, 'WARNING'],
  ['PSI', 0.25, 'DRIFTED'],
  ['KS', 0.0999, 'OK'],
  ['KS', 0.1, 'WARNING'],
  ['KS', 0.2, 'DRIFTED'],
] as const)('%s of %d is %s', (method, score, status) => {
  expect(driftStatus(method, score)).toBe(status);
});

describe('bins', () => {
  it.each([
    [
      { edges: [0, 1, 2, 3, 4], counts: [50, 0, 40, 10] },
      { edges: [0, 1, 3, 4], counts: [50, 40, 10] },
    ],
    [
      { edges: [0, 1, 2, 3], counts: [1, 98, 1] },
      { edges: [0, 3], counts: [100] },
    ],
    [
      { edges: [0, 1, 2, 3], counts: [98, 1, 1] },
      { edges: [0, 3], counts: [100] },
    ],
    [
      { edges: [5, 5], counts: [7] },
      { edges: [5, 5], counts: [7] },
    ],
    [
      { edges: [0, 1, 2], counts: [0, 0] },
      { edges: [0, 2], counts: [0] },
    ],
  ])('of %j are merged to %j', (histogram, expected) => {
    expect(mergeBins(histogram, 0.1)).toEqual(expected);
  });

  it('are merged without losing a value, each with the minimum size', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { minLength: 1, maxLength: 20 }), (counts) => {
        const total = counts.reduce((sum, count) => sum + count, 0);
        const { edges, counts: held } = mergeBins({ edges: [...counts, 0].map((_, index) => index), counts }, 0.1);
        expect(held.reduce((sum, count) => sum + count, 0)).toBe(total);
        expect([edges.length, edges[0], edges.at(-1)]).toEqual([held.length + 1, 0, counts.length]);
        if (total > 0) expect(Math.min(...held)).toBeGreaterThanOrEqual(total / 10);
      }),
    );
  });

  it('contain the values between their edges, the last one including its upper edge', () => {
    const values = [-1, 0, 0.5, 1, 2, 3, 3.1, null, undefined, '1', NaN];
    const expected = { counts: [2, 1, 2], below: 1, above: 1, other: 0, missing: 4, values: null };
    expect(numericDistribution([0, 1, 2, 3], values)).toEqual({ ...expected, edges: [0, 1, 2, 3] });
    expect(numericDistribution([5, 5], [5, 4, 6])).toMatchObject({ counts: [1], below: 1, above: 1 });
  });

  it('contain each value by its text', () => {
    const values = ['a', 'b', 'a', true, 'c', 5, null, '', {}];
    expect(categoricalDistribution(['a', 'true', '5'], values)).toEqual({
      ...{ edges: null, values: ['a', 'true', '5'], counts: [2, 1, 1] },
      ...{ below: 0, above: 0, other: 2, missing: 3 },
    });
  });
});

describe('the comparison of a feature', () => {
  const times = <Value>(count: number, value: Value): Value[] => Array<Value>(count).fill(value);
  const numbers = { name: 'x', nullCount: 0, numeric: { histogram: { edges: [0, 1, 2, 3, 4], counts: [25, 25, 25, 25] } }, topValues: [] };
  const island = {
    name: 'x',
    nullCount: 10,
    numeric: null,
    topValues: [
      { value: 'Biscoe', count: 60 },
      { value: 'Dream', count: 20 },
    ],
  };

  it('uses bins for numbers', () => {
    const values = [...times(40, 0.5), ...times(30, 1.5), ...times(20, 2.5), ...times(10, 4)];
    const bins = { edges: [0, 1, 2, 3, 4], values: null, below: 0, above: 0, other: 0, missing: 0 };
    expect(compareFeature('x', numbers, 100, values, 'PSI')).toEqual({
      name: 'x',
      score: expect.closeTo(0.2282174, 6),
      status: 'WARNING',
      baseline: { ...bins, counts: [25, 25, 25, 25] },
      current: { ...bins, counts: [40, 30, 20, 10] },
    });
    const low = [...times(50, 0.5), ...times(25, 1.5), ...times(15, 2.5), ...times(10, 4)];
    expect(compareFeature('x', numbers, 100, low, 'KS')).toMatchObject({ score: 0.25, status: 'DRIFTED' });
  });

  it('includes values that are not in the training data, and missing ones', () => {
    const as = (values: unknown[], method: 'PSI' | 'KS') => compareFeature('x', numbers, 100, values, method).status;
    expect(as(times(100, 99), 'PSI')).toBe('DRIFTED');
    expect(as(times(100, -99), 'KS')).toBe('DRIFTED');
    const half = [0, 1, 2, 3].flatMap((value) => times(25, value));
    expect(as([...half, ...times(100, null)], 'PSI')).toBe('DRIFTED');
    expect(as([...half, ...times(100, null)], 'KS')).toBe('OK');
  });

  it('uses the most frequent values for other types', () => {
    const values = [...times(60, 'Biscoe'), ...times(20, 'Dream'), ...times(10, 'Torgersen'), ...times(10, null)];
    const expected = { edges: null, values: ['Biscoe', 'Dream'], counts: [60, 20], below: 0, above: 0, other: 10, missing: 10 };
    expect(compareFeature('x', island, 100, values, 'PSI')).toEqual({
      name: 'x',
      score: 0,
      status: 'OK',
      baseline: expected,
      current: expected,
    });
    // Shares 0.6, 0.2, 0.1, 0.1 become 0.1, 0.7, 0.1, 0.1: (0.6 - 0.1) ln(6) + (0.2 - 0.7) ln(2 / 7)
    const moved = [...times(10, 'Biscoe'), ...times(70, 'Dream'), ...times(10, 'Torgersen'), ...times(10, null)];
    expect(compareFeature('x', island, 100, moved, 'PSI')).toMatchObject({
      score: expect.closeTo(0.8958797 + 0.6263815, 6),
      status: 'DRIFTED',
    });
  });

  it('reports features that cannot be compared', () => {
    expect(compareFeature('x', numbers, 100, times(99, 1), 'PSI')).toMatchObject({
      score: null,
      status: 'INSUFFICIENT_DATA',
      current: { counts: [0, 99, 0, 0] },
    });
    expect(compareFeature('x', numbers, 100, [...times(99, 1), null], 'KS')).toMatchObject({ score: null, status: 'INSUFFICIENT_DATA' });
    const nothing = { name: 'x', score: null, status: 'NOT_COMPARABLE', baseline: null, current: null };
    expect(compareFeature('x', undefined, 100, times(100, 1), 'PSI')).toEqual(nothing);
    expect(compareFeature('x', island, 100, times(100, 'Biscoe'), 'KS')).toEqual(nothing);
    expect(compareFeature('x', { ...island, nullCount: 0, topValues: [] }, 0, times(100, 'Biscoe'), 'PSI')).toEqual(nothing);
  });
});

describe('the time range', () => {
  const now = new Date('2026-06-15T12:00:00Z');
  it('is 7 days by default', () => {
    expect(driftWindow({}, now)).toEqual({ from: new Date('2026-06-08T12:00:00Z'), to: now });
  });
  it.each([{ from: now }, { from: new Date('2026-06-16T12:00:00Z') }, { from: new Date('2020-01-01T00:00:00Z') }])(
    'cannot be %j',
    (args) => {
      expect(() => driftWindow(args, now)).toThrow(expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }));
    },
  );
});
