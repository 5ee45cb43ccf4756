import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import { utf8Problems, MAX_CODE_BYTES } from '../input/utf8.rules.js';
import type { ExecutionRecordInput } from '../generated/graphql.js';

const MAX_OUTPUT_BYTES = 64 * 1024;
/** The largest number of whole days whose milliseconds fit in an Int. */
const MAX_DURATION_DAYS = 24;

const invalid = (field: string, message: string): UserError => ({ code: 'INVALID', field: ['input', field], message });

export const recordProblems = (input: ExecutionRecordInput, now: Date): UserError[] => [
  ...idProblems(['input', 'projectId'], input.projectId),
  ...utf8Problems(['input', 'code'], input.code, { maxBytes: MAX_CODE_BYTES }),
  ...utf8Problems(['input', 'stdout'], input.stdout, { maxBytes: MAX_OUTPUT_BYTES }),
  ...utf8Problems(['input', 'stderr'], input.stderr, { maxBytes: MAX_OUTPUT_BYTES }),
  ...outcomeProblems(input),
  ...timeProblems(input, now),
  ...textProblems(['input', 'runner'], input.runner, { max: 200 }),
  ...notNegativeProblems('maxMemoryBytes', input.maxMemoryBytes),
  ...notNegativeProblems('cpuMs', input.cpuMs),
  ...objectProblems(['input', 'securityScan'], input.securityScan),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

/** Allows an exit code for processes that exited by themselves, and an error for runs that did not succeed. */
function outcomeProblems({ status, exitCode, error }: ExecutionRecordInput): UserError[] {
  const problems = textProblems(['input', 'error'], error, { max: 10_000 });
  const given = exitCode ?? 'none';
  if (status === 'SUCCEEDED' && exitCode !== 0)
    problems.push(invalid('exitCode', `exitCode must be 0 with the status SUCCEEDED; got ${given}.`));
  if (status === 'NONZERO_EXIT' && !exitCode)
    problems.push(invalid('exitCode', `exitCode must be other than 0 with the status NONZERO_EXIT; got ${given}.`));
  if (status !== 'SUCCEEDED' && status !== 'NONZERO_EXIT' && exitCode != null)
    problems.push(invalid('exitCode', `exitCode is not allowed with the status ${status}; got ${given}. Leave it out.`));
  if (status === 'SUCCEEDED' && error != null)
    problems.push(invalid('error', 'error is not allowed with the status SUCCEEDED. Leave it out.'));
  return problems;
}

function timeProblems({ startedAt, finishedAt }: ExecutionRecordInput, now: Date): UserError[] {
  const problems: UserError[] = [];
  if (finishedAt < startedAt)
    problems.push(invalid('finishedAt', `finishedAt must not be before startedAt; got ${finishedAt.toISOString()}.`));
  if (finishedAt > now) problems.push(invalid('finishedAt', `finishedAt must not be in the future; got ${finishedAt.toISOString()}.`));
  if (durationOf({ startedAt, finishedAt }) > MAX_DURATION_DAYS * 86_400_000)
    problems.push(
      invalid('startedAt', `startedAt must be at most ${MAX_DURATION_DAYS} days before finishedAt; got ${startedAt.toISOString()}.`),
    );
  return problems;
}

const notNegativeProblems = (field: string, value: number | null | undefined): UserError[] =>
  value == null || value >= 0 ? [] : [invalid(field, `${field} must not be negative; got ${value}.`)];

/** Returns the duration in milliseconds. */
export const durationOf = ({ startedAt, finishedAt }: { startedAt: Date; finishedAt: Date }): number =>
  finishedAt.getTime() - startedAt.getTime();
