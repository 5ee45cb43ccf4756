import type { UserError } from '../../shared/errors/user-error.js';
import type { DependentModels } from './dependents.peer.js';

/** How many of what is live a refusal names. */
const NAMED = 3;

/** Why something is not deleted: what is in use and was trained on it, by name. Nothing where nothing is. */
export function liveProblems({ deployments, aliased }: Pick<DependentModels, 'deployments' | 'aliased'>): UserError[] {
  const total = deployments.totalCount + aliased.totalCount;
  if (total === 0) return [];
  const version = (number: number, { name }: { name: string }) => `version ${number} of "${name}"`;
  const named = [
    ...deployments.nodes.map(({ environment, modelVersion: { number, model } }) => `${version(number, model)} in ${environment}`),
    ...aliased.nodes.map(
      ({ number, model, aliases }) => `${version(number, model)} as ${aliases.map(({ name }) => `"${name}"`).join(' and ')}`,
    ),
  ].slice(0, NAMED);
  const rest = total - named.length;
  const message = `What was trained on it is live: ${named.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}.`;
  return [{ code: 'IN_USE', field: ['input', 'id'], message }];
}
