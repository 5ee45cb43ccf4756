import type { UserError } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import type { TrainingRunsPurgeInput } from '../generated/graphql.js';

const MAX_DAYS = 36_500;
const MAX_RUNS = 10_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The input of `trainingRunsPurge` with its defaults. */
export type PurgeInput = TrainingRunsPurgeInput & { olderThanDays: number; dryRun: boolean; limit: number };

/** Returns the problems of the input. */
export function purgeProblems({ olderThanDays, datasetId, limit }: PurgeInput): UserError[] {
  const problems = idProblems(['input', 'datasetId'], datasetId);
  if (olderThanDays < 1 || olderThanDays > MAX_DAYS)
    problems.push({
      code: 'INVALID',
      field: ['input', 'olderThanDays'],
      message: `olderThanDays must be between 1 and ${MAX_DAYS}; got ${olderThanDays}.`,
    });
  if (limit < 1 || limit > MAX_RUNS)
    problems.push({ code: 'INVALID', field: ['input', 'limit'], message: `limit must be between 1 and ${MAX_RUNS}; got ${limit}.` });
  return problems;
}

/** Returns the time before which runs must have ended. */
export const endedBefore = (olderThanDays: number, now: Date): Date => new Date(now.getTime() - olderThanDays * DAY_MS);
