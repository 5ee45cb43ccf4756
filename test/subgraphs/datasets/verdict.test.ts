import fc from 'fast-check';
import { verdictOf } from '../../../subgraphs/datasets/prediction-feedback/verdict.js';

const finite = fc.double({ min: -1e150, max: 1e150, noNaN: true });
const errorAt = (outcome: ReturnType<typeof verdictOf>) =>
  'problems' in outcome ? outcome.problems.map(({ code, field }) => [code, field?.[1]]) : [];

describe('the correctness of a number', () => {
  it.each([
    ['250000', '248000', 2000, true, 2000],
    ['250000', '248000', 1999, false, 2000],
    [' 1e3 ', '+1000.', 0, true, 0],
    ['-.5', '0.5', 1, true, 1],
  ])('%s for %s within %s', (predictedOutcome, actualOutcome, tolerance, isCorrect, absoluteError) => {
    expect(verdictOf({ predictedOutcome, actualOutcome, tolerance })).toEqual({ isCorrect, absoluteError });
  });

  it.each([
    ['a', '1', [['INVALID', 'predictedOutcome']]],
    ['1', 'Infinity', [['INVALID', 'actualOutcome']]],
    [
      '1e999',
      '',
      [
        ['INVALID', 'predictedOutcome'],
        ['INVALID', 'actualOutcome'],
      ],
    ],
    [
      '0x10',
      '1,5',
      [
        ['INVALID', 'predictedOutcome'],
        ['INVALID', 'actualOutcome'],
      ],
    ],
    ['1.7e308', '-1.7e308', [['INVALID', 'actualOutcome']]],
  ])('is null for %s and %s', (predictedOutcome, actualOutcome, problems) => {
    expect(errorAt(verdictOf({ predictedOutcome, actualOutcome, tolerance: 1 }))).toEqual(problems);
  });

  it('is true exactly within the tolerance', () => {
    fc.assert(
      fc.property(finite, finite, fc.double({ min: 0, max: 1e150, noNaN: true }), (predicted, actual, tolerance) => {
        const evidence = { predictedOutcome: String(predicted), actualOutcome: String(actual), tolerance };
        const isCorrect = Math.abs(predicted - actual) <= tolerance;
        expect(verdictOf(evidence)).toEqual({ isCorrect, absoluteError: Math.abs(predicted - actual) });
        expect(verdictOf({ ...evidence, isCorrect })).toEqual(verdictOf(evidence));
        expect(errorAt(verdictOf({ ...evidence, isCorrect: !isCorrect }))).toEqual([['INVALID', 'isCorrect']]);
      }),
    );
  });
});

describe('the correctness of a class', () => {
  it.each([
    [{ predictedOutcome: 'Adelie', actualOutcome: 'Adelie ' }, true],
    [{ predictedOutcome: 'Adelie', actualOutcome: 'Gentoo' }, false],
    [{ predictedOutcome: 'Adelie', actualOutcome: 'Gentoo', isCorrect: true }, true],
    [{ isCorrect: false }, false],
  ])('%j is %s', (evidence, isCorrect) => {
    expect(verdictOf(evidence)).toEqual({ isCorrect, absoluteError: null });
  });

  it.each([{}, { predictedOutcome: 'Adelie' }, { actualOutcome: 'Adelie' }])('is null for %j', (evidence) => {
    expect(errorAt(verdictOf(evidence))).toEqual([['BLANK', 'isCorrect']]);
  });
});
