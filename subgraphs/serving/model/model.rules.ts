import type { UserError } from '../../shared/errors/user-error.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import type { ModelCreateInput, ModelUpdateInput } from '../generated/graphql.js';

/** What is wrong with what is said about a model, when it is registered or changed. */
export const modelProblems = (input: ModelCreateInput | ModelUpdateInput): UserError[] => [
  ...textProblems(['input', 'name'], input.name, { max: 255 }),
  ...textProblems(['input', 'description'], input.description, { max: 10_000, mayBeBlank: true }),
  ...textProblems(['input', 'framework'], input.framework, { max: 50 }),
  ...objectProblems(['input', 'metadata'], input.metadata),
];

/** Why a model cannot be deleted, by the numbers of the versions that are still needed. */
export function deleteProblems(numbers: { withPredictions: readonly number[]; live: readonly number[] }): UserError[] {
  const inUse = (message: string): UserError => ({ code: 'IN_USE', field: ['input', 'id'], message });
  return [
    ...(numbers.withPredictions.length === 0 ? [] : [inUse(`Predictions were made by ${versions(numbers.withPredictions)}.`)]),
    ...(numbers.live.length === 0 ? [] : [inUse(`An ACTIVE deployment runs ${versions(numbers.live)}.`)]),
  ];
}

const versions = (numbers: readonly number[]): string => `version${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')}`;
