import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import type { DeploymentCreateInput, DeploymentUpdateInput } from '../generated/graphql.js';

export const createProblems = (input: DeploymentCreateInput): UserError[] => [
  ...idProblems(['input', 'modelVersionId'], input.modelVersionId),
  ...endpointUrlProblems(input.endpointUrl),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export const updateProblems = (input: DeploymentUpdateInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...endpointUrlProblems(input.endpointUrl),
];

function endpointUrlProblems(url: string | null | undefined): UserError[] {
  const field = ['input', 'endpointUrl'];
  const problems = textProblems(field, url, { max: 2000 });
  if (url == null || problems.length > 0) return problems;
  return isEndpointUrl(url)
    ? []
    : [{ code: 'INVALID', field, message: 'endpointUrl must be an absolute http or https URL without a username and password.' }];
}

/** True for an absolute http or https URL without spaces, backslashes and credentials, which every parser reads in the same way. */
function isEndpointUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}
