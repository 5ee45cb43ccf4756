import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import type { TrainingCorpusCreateInput, TrainingCorpusUpdateInput } from '../generated/graphql.js';

const MAX_USE_CASES = 100;

export const createProblems = (input: TrainingCorpusCreateInput): UserError[] => [
  ...textProblems(['input', 'name'], input.name, { max: 200 }),
  ...aboutProblems(input),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export const updateProblems = (input: TrainingCorpusUpdateInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...aboutProblems(input),
];

function aboutProblems({ dataSource, useCaseIds }: TrainingCorpusUpdateInput | TrainingCorpusCreateInput): UserError[] {
  const field = ['input', 'useCaseIds'];
  const ids = useCaseIds ?? [];
  const problems = textProblems(['input', 'dataSource'], dataSource, { max: 500 });
  if (ids.length > MAX_USE_CASES) return [...problems, { code: 'TOO_LONG', field, message: `These are more than ${MAX_USE_CASES}.` }];
  if (new Set(spelled(ids)).size < ids.length) problems.push({ code: 'INVALID', field, message: 'A use case is named twice.' });
  return [...problems, ...ids.flatMap((id, index) => idProblems([...field, String(index)], id))];
}

/** Ids in their one spelling. */
export const spelled = (ids: readonly string[]): string[] => ids.map((id) => id.toLowerCase());
