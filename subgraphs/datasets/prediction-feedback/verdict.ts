import { Refusal, type UserError } from '../../shared/errors/user-error.js';

/** The values that a verdict is derived from. `isCorrect` is null if the author does not give it. */
export interface Evidence {
  isCorrect?: boolean | null;
  predictedOutcome?: string | null;
  actualOutcome?: string | null;
  tolerance?: number | null;
}

/** The verdict on a prediction. `absoluteError` is null unless the outcomes are numbers with a tolerance. */
export interface Verdict {
  isCorrect: boolean;
  absoluteError: number | null;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Parses an outcome as a finite decimal number; null if it is none. */
function numberOf(outcome: string | null | undefined): number | null {
  const text = outcome?.trim() ?? '';
  return NUMBER.test(text) && Number.isFinite(Number(text)) ? Number(text) : null;
}

const invalid = (field: string, message: string): UserError => ({ code: 'INVALID', field: ['input', field], message });

/**
 * Returns the verdict, or the problems that prevent one. Numbers are right if their absolute error is within the tolerance. Classes are
 * right if the author says so or, by default, if both outcomes are equal texts.
 */
export function verdictOf(evidence: Evidence): Verdict | { problems: UserError[] } {
  return evidence.tolerance == null ? ofClasses(evidence) : ofNumbers(evidence, evidence.tolerance);
}

function ofClasses({ isCorrect, predictedOutcome, actualOutcome }: Evidence): Verdict | { problems: UserError[] } {
  if (isCorrect != null) return { isCorrect, absoluteError: null };
  if (predictedOutcome != null && actualOutcome != null)
    return { isCorrect: predictedOutcome.trim() === actualOutcome.trim(), absoluteError: null };
  const message = 'Give isCorrect, or both predictedOutcome and actualOutcome.';
  return { problems: [{ code: 'BLANK', field: ['input', 'isCorrect'], message }] };
}

function ofNumbers(evidence: Evidence, tolerance: number): Verdict | { problems: UserError[] } {
  const [predicted, actual] = [numberOf(evidence.predictedOutcome), numberOf(evidence.actualOutcome)];
  const problems: UserError[] = [];
  if (predicted === null) problems.push(invalid('predictedOutcome', 'predictedOutcome must be a number because there is a tolerance.'));
  if (actual === null) problems.push(invalid('actualOutcome', 'actualOutcome must be a number because there is a tolerance.'));
  if (predicted === null || actual === null) return { problems };
  const absoluteError = Math.abs(predicted - actual);
  if (!Number.isFinite(absoluteError))
    return { problems: [invalid('actualOutcome', 'The difference of predictedOutcome and actualOutcome is not finite.')] };
  const isCorrect = absoluteError <= tolerance;
  if (evidence.isCorrect != null && evidence.isCorrect !== isCorrect) {
    const relation = isCorrect ? 'within' : 'greater than';
    const message = `isCorrect must be ${isCorrect}: the absolute error of ${absoluteError} is ${relation} the tolerance of ${tolerance}.`;
    return { problems: [invalid('isCorrect', message)] };
  }
  return { isCorrect, absoluteError };
}

/** Returns the verdict. Throws Refusal if there are problems. */
export function requireVerdict(result: ReturnType<typeof verdictOf>): Verdict {
  if ('problems' in result) throw new Refusal(result.problems);
  return result;
}
