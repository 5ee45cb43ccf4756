import { badInput } from '../../shared/errors/coded-error.js';
import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import { parseTimeZone } from '../../shared/input/time-zone.js';
import type { PredictionRecordInput } from '../generated/graphql.js';

const MAX_DAYS = 366;

const invalid = (field: string, message: string): UserError => ({ code: 'INVALID', field: ['input', field], message });

/** Validates a prediction that another server made. */
export function recordProblems(input: PredictionRecordInput): UserError[] {
  const { outcome, output, errorMessage, confidence, latencyMs } = input;
  const problems = [
    ...idProblems(['input', 'modelVersionId'], input.modelVersionId),
    ...idProblems(['input', 'deploymentId'], input.deploymentId),
    ...(input.input == null
      ? [invalid('input', 'input must be a JSON object; got null.')]
      : objectProblems(['input', 'input'], input.input)),
    ...objectProblems(['input', 'output'], output),
    ...textProblems(['input', 'errorMessage'], errorMessage, { max: 10_000 }),
    ...idempotencyKeyProblems(input.idempotencyKey),
  ];
  if (outcome === 'FAILED' && errorMessage == null)
    problems.push({ code: 'BLANK', field: ['input', 'errorMessage'], message: 'errorMessage is required for a FAILED prediction.' });
  if (outcome === 'FAILED' && output != null)
    problems.push(invalid('output', 'A FAILED prediction cannot have an output. Remove it, or set outcome to SUCCEEDED.'));
  if (outcome !== 'FAILED' && errorMessage != null)
    problems.push(invalid('errorMessage', 'Only a FAILED prediction can have an errorMessage. Remove it, or set outcome to FAILED.'));
  if (confidence != null && (confidence < 0 || confidence > 1))
    problems.push(invalid('confidence', `confidence must be between 0 and 1; got ${confidence}.`));
  if (latencyMs != null && latencyMs < 0) problems.push(invalid('latencyMs', `latencyMs must not be negative; got ${latencyMs}.`));
  return problems;
}

/** A number of days up to and including today in a time zone. */
export interface DayRange {
  days: number;
  timeZone: string;
}

/** Parses the days to count. Throws BAD_USER_INPUT for a number outside 1 to 366 and for an unknown time zone. */
export function parseDays({ days, timeZone }: DayRange): DayRange {
  if (days < 1 || days > MAX_DAYS) throw badInput(`days must be between 1 and ${MAX_DAYS}; got ${days}.`);
  return { days, timeZone: parseTimeZone(timeZone) };
}
