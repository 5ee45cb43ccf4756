import { Refusal, type UserError } from '../../shared/errors/user-error.js';

/** What a judgement rests on; `isCorrect` is null where its author leaves it to the outcomes. */
export interface Evidence {
  isCorrect?: boolean | null;
  predictedOutcome?: string | null;
  actualOutcome?: string | null;
  tolerance?: number | null;
}

/** What holds of a prediction; `absoluteError` is null where no numbers are judged. */
export interface Verdict {
  isCorrect: boolean;
  absoluteError: number | null;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number that an outcome says in digits; null where it says none, or none that is finite. */
function numberOf(outcome: string | null | undefined): number | null {
  const text = outcome?.trim() ?? '';
  return NUMBER.test(text) && Number.isFinite(Number(text)) ? Number(text) : null;
}

const invalid = (field: string, message: string): UserError => ({ code: 'INVALID', field: ['input', field], message });

/**
 * Whether a prediction was right. Numbers are right within the tolerance, which leaves nothing to opinion; classes are as
 * their author says, or right where both outcomes are the same text. Problems where the evidence does not tell.
 */
export function verdict(evidence: Evidence): Verdict | { problems: UserError[] } {
  return evidence.tolerance == null ? ofClasses(evidence) : ofNumbers(evidence, evidence.tolerance);
}

function ofClasses({ isCorrect, predictedOutcome, actualOutcome }: Evidence): Verdict | { problems: UserError[] } {
  if (isCorrect != null) return { isCorrect, absoluteError: null };
  if (predictedOutcome != null && actualOutcome != null)
    return { isCorrect: predictedOutcome.trim() === actualOutcome.trim(), absoluteError: null };
  const message = 'Say whether the prediction was right, or both what was predicted and what really happened.';
  return { problems: [{ code: 'BLANK', field: ['input', 'isCorrect'], message }] };
}

function ofNumbers(evidence: Evidence, tolerance: number): Verdict | { problems: UserError[] } {
  const [predicted, actual] = [numberOf(evidence.predictedOutcome), numberOf(evidence.actualOutcome)];
  const problems: UserError[] = [];
  if (predicted === null) problems.push(invalid('predictedOutcome', 'With a tolerance this must be a number.'));
  if (actual === null) problems.push(invalid('actualOutcome', 'With a tolerance this must be a number.'));
  if (predicted === null || actual === null) return { problems };
  const absoluteError = Math.abs(predicted - actual);
  if (!Number.isFinite(absoluteError)) return { problems: [invalid('actualOutcome', 'The two numbers are too far apart.')] };
  const isCorrect = absoluteError <= tolerance;
  if (evidence.isCorrect != null && evidence.isCorrect !== isCorrect) {
    const place = isCorrect ? 'within' : 'beyond';
    return { problems: [invalid('isCorrect', `The prediction was off by ${absoluteError}, which is ${place} the tolerance.`)] };
  }
  return { isCorrect, absoluteError };
}

/** The verdict, where there is one; refuses the judgement where there are problems. */
export function found(outcome: ReturnType<typeof verdict>): Verdict {
  if ('problems' in outcome) throw new Refusal(outcome.problems);
  return outcome;
}
