import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import { contentProblems, MAX_CODE_BYTES } from '../content/content.rules.js';
import type { ExecutionRecordInput } from '../generated/graphql.js';

const MAX_OUTPUT_BYTES = 64 * 1024;
/** Milliseconds in an Int reach for a little more than this. */
const MAX_DURATION_DAYS = 24;

const invalid = (field: string, message: string): UserError => ({ code: 'INVALID', field: ['input', field], message });

export const recordProblems = (input: ExecutionRecordInput, now: Date): UserError[] => [
  ...idProblems(['input', 'projectId'], input.projectId),
  ...contentProblems(['input', 'code'], input.code, { maxBytes: MAX_CODE_BYTES }),
  ...contentProblems(['input', 'stdout'], input.stdout, { maxBytes: MAX_OUTPUT_BYTES }),
  ...contentProblems(['input', 'stderr'], input.stderr, { maxBytes: MAX_OUTPUT_BYTES }),
  ...outcomeProblems(input),
  ...timeProblems(input, now),
  ...textProblems(['input', 'runner'], input.runner, { max: 200 }),
  ...measureProblems('maxMemoryBytes', input.maxMemoryBytes),
  ...measureProblems('cpuMs', input.cpuMs),
  ...objectProblems(['input', 'securityScan'], input.securityScan),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

/** An exit code belongs to a process that ended by itself, an error to a run that did not succeed. */
function outcomeProblems({ status, exitCode, error }: ExecutionRecordInput): UserError[] {
  const problems = textProblems(['input', 'error'], error, { max: 10_000 });
  if (status === 'SUCCEEDED' && exitCode !== 0) problems.push(invalid('exitCode', 'A run that succeeded has the exit code 0.'));
  if (status === 'NONZERO_EXIT' && !exitCode) problems.push(invalid('exitCode', 'Such a run has an exit code, and it is not 0.'));
  if (status !== 'SUCCEEDED' && status !== 'NONZERO_EXIT' && exitCode != null)
    problems.push(invalid('exitCode', 'A run that did not end by itself has no exit code.'));
  if (status === 'SUCCEEDED' && error != null) problems.push(invalid('error', 'A run that succeeded has no error.'));
  return problems;
}

function timeProblems({ startedAt, finishedAt }: ExecutionRecordInput, now: Date): UserError[] {
  const problems: UserError[] = [];
  if (finishedAt < startedAt) problems.push(invalid('finishedAt', 'A run does not end before it begins.'));
  if (finishedAt > now) problems.push(invalid('finishedAt', 'Only a run that has ended is noted.'));
  if (durationOf({ startedAt, finishedAt }) > MAX_DURATION_DAYS * 86_400_000)
    problems.push(invalid('startedAt', `A run lasts at most ${MAX_DURATION_DAYS} days.`));
  return problems;
}

const measureProblems = (field: string, measured: number | null | undefined): UserError[] =>
  measured == null || measured >= 0 ? [] : [invalid(field, 'What a run used is not negative.')];

/** In milliseconds. */
export const durationOf = ({ startedAt, finishedAt }: { startedAt: Date; finishedAt: Date }): number =>
  finishedAt.getTime() - startedAt.getTime();
