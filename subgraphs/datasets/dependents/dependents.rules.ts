import type { UserError } from '../../shared/errors/user-error.js';
import type { Trained } from './dependents.peer.js';

/** How many of what is live a refusal names. */
const NAMED = 3;

/** Why something is not deleted: what runs and was trained on it, by name. Nothing where nothing runs. */
export function liveProblems({ totalCount, nodes }: Trained['deployments']): UserError[] {
  if (totalCount === 0) return [];
  const named = nodes
    .slice(0, NAMED)
    .map(({ environment, modelVersion: { number, model } }) => `version ${number} of "${model.name}" in ${environment}`);
  const rest = totalCount - named.length;
  const message = `What was trained on it is live: ${named.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}.`;
  return [{ code: 'IN_USE', field: ['input', 'id'], message }];
}
