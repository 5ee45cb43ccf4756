import type { UserError } from '../../shared/errors/user-error.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import type { ModelCreateInput, ModelUpdateInput } from '../generated/graphql.js';

/** Validates the properties of a model, for its creation and for an update. */
export const modelProblems = (input: ModelCreateInput | ModelUpdateInput): UserError[] => [
  ...textProblems(['input', 'name'], input.name, { max: 255 }),
  ...textProblems(['input', 'description'], input.description, { max: 10_000, mayBeBlank: true }),
  ...textProblems(['input', 'framework'], input.framework, { max: 50 }),
  ...objectProblems(['input', 'metadata'], input.metadata),
];

/** Returns the reasons why a model cannot be deleted, given the numbers of the versions that are in use. */
export function deleteProblems(numbers: { withPredictions: readonly number[]; withActiveDeployments: readonly number[] }): UserError[] {
  const inUse = (message: string): UserError => ({ code: 'IN_USE', field: ['input', 'id'], message });
  return [
    ...(numbers.withPredictions.length === 0
      ? []
      : [
          inUse(
            `A model with predictions cannot be deleted; they were made by ${versionList(numbers.withPredictions)}. Set the status of its versions to ARCHIVED instead.`,
          ),
        ]),
    ...(numbers.withActiveDeployments.length === 0
      ? []
      : [inUse(`ACTIVE deployments run ${versionList(numbers.withActiveDeployments)}. Set their status to STOPPED first.`)]),
  ];
}

const versionList = (numbers: readonly number[]): string => `version${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')}`;
