import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import type { TrainingCorpusCreateInput, TrainingCorpusUpdateInput } from '../generated/graphql.js';

const MAX_USE_CASES = 100;

export const createProblems = (input: TrainingCorpusCreateInput): UserError[] => [
  ...textProblems(['input', 'name'], input.name, { max: 200 }),
  ...commonProblems(input),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export const updateProblems = (input: TrainingCorpusUpdateInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...commonProblems(input),
];

function commonProblems({ dataSource, useCaseIds }: TrainingCorpusUpdateInput | TrainingCorpusCreateInput): UserError[] {
  const field = ['input', 'useCaseIds'];
  const ids = useCaseIds ?? [];
  const problems = textProblems(['input', 'dataSource'], dataSource, { max: 500 });
  if (ids.length > MAX_USE_CASES)
    return [...problems, { code: 'TOO_LONG', field, message: `useCaseIds must have at most ${MAX_USE_CASES} items; got ${ids.length}.` }];
  if (new Set(normalizeIds(ids)).size < ids.length)
    problems.push({ code: 'INVALID', field, message: 'A use case is given twice. Give each use case once.' });
  return [...problems, ...ids.flatMap((id, index) => idProblems([...field, String(index)], id))];
}

/** Returns the ids in lower case, in which they are stored. */
export const normalizeIds = (ids: readonly string[]): string[] => ids.map((id) => id.toLowerCase());
