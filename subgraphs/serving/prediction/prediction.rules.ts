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

/** What is wrong with a prediction that somebody says was made. */
export function recordProblems(input: PredictionRecordInput): UserError[] {
  const { outcome, output, errorMessage, confidence, latencyMs } = input;
  const problems = [
    ...idProblems(['input', 'modelVersionId'], input.modelVersionId),
    ...idProblems(['input', 'deploymentId'], input.deploymentId),
    ...(input.input == null ? [invalid('input', 'This must be a JSON object.')] : objectProblems(['input', 'input'], input.input)),
    ...objectProblems(['input', 'output'], output),
    ...textProblems(['input', 'errorMessage'], errorMessage, { max: 10_000 }),
    ...idempotencyKeyProblems(input.idempotencyKey),
  ];
  if (outcome === 'FAILED' && errorMessage == null)
    problems.push({ code: 'BLANK', field: ['input', 'errorMessage'], message: 'Say why it failed.' });
  if (outcome === 'FAILED' && output != null) problems.push(invalid('output', 'A failed prediction has no output.'));
  if (outcome !== 'FAILED' && errorMessage != null) problems.push(invalid('errorMessage', 'Only a failed prediction has an error.'));
  if (confidence != null && (confidence < 0 || confidence > 1)) problems.push(invalid('confidence', 'A confidence is between 0 and 1.'));
  if (latencyMs != null && latencyMs < 0) problems.push(invalid('latencyMs', 'A duration is not negative.'));
  return problems;
}

/** The last days of a time zone, today included. */
export interface Days {
  days: number;
  timeZone: string;
}

/** The days to count, as they were asked for; too many or an unknown time zone is BAD_USER_INPUT. */
export function parseDays({ days, timeZone }: Days): Days {
  if (days < 1 || days > MAX_DAYS) throw badInput(`"days" must be between 1 and ${MAX_DAYS}.`);
  return { days, timeZone: parseTimeZone(timeZone) };
}
