import type { UserError } from '../../shared/errors/user-error.js';
import type { DependentModels } from './dependents.peer.js';

/** The maximum number of deployments and aliases that the message names. */
const MAX_NAMED = 3;

/** Returns a problem that names the dependent model versions in use, or none if no version is deployed or aliased. */
export function inUseProblems({ deployments, aliased }: Pick<DependentModels, 'deployments' | 'aliased'>): UserError[] {
  const total = deployments.totalCount + aliased.totalCount;
  if (total === 0) return [];
  const version = (number: number, { name }: { name: string }) => `version ${number} of "${name}"`;
  const named = [
    ...deployments.nodes.map(({ environment, modelVersion: { number, model } }) => `${version(number, model)} in ${environment}`),
    ...aliased.nodes.map(
      ({ number, model, aliases }) => `${version(number, model)} as ${aliases.map(({ name }) => `"${name}"`).join(' and ')}`,
    ),
  ].slice(0, MAX_NAMED);
  const rest = total - named.length;
  const message = `Model versions that were trained on it are in use: ${named.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}. Stop the deployments and delete the aliases first.`;
  return [{ code: 'IN_USE', field: ['input', 'id'], message }];
}
