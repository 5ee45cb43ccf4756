import type { Viewer } from '../../subgraphs/shared/viewer/viewer.js';
import type { Credentials } from './access-requirement.js';

/** Returns those of the given policies that a viewer satisfies. If it throws, the request fails with that error. */
export type EvaluatePolicies = (policies: readonly string[], viewer: Viewer | null) => ReadonlySet<string> | Promise<ReadonlySet<string>>;

/** The evaluation of policies that have no meaning: no viewer satisfies any. */
export const satisfyNoPolicy: EvaluatePolicies = () => new Set();

/** Evaluates policies named `role:X`, which viewers with the role X satisfy. No viewer satisfies any other policy. */
export const evaluateRolePolicies: EvaluatePolicies = (policies, viewer) =>
  new Set(policies.filter((policy) => viewer?.roles.some((role) => policy === `role:${role}`)));

/** The scopes of an unrestricted credential. A schema may require other scopes, which no credential has. */
const ALL_SCOPES = ['READ', 'WRITE'];

/** Returns the credentials of a client with these scopes and policies, such as those of a verified token. */
export const credentialsWith = (granted: { scopes: readonly string[]; policies: readonly string[] }): Credentials => ({
  isAuthenticated: true,
  scopes: new Set(granted.scopes),
  policies: new Set(granted.policies),
});

/** Returns the credentials of a viewer. Only the given policies, which are those that the operation requires, are evaluated. */
export async function credentialsOf(
  viewer: Viewer | null,
  policies: readonly string[],
  evaluate: EvaluatePolicies = satisfyNoPolicy,
): Promise<Credentials> {
  return {
    isAuthenticated: viewer !== null,
    scopes: new Set(viewer?.scopes.length === 0 ? ALL_SCOPES : viewer?.scopes),
    policies: policies.length > 0 ? await evaluate(policies, viewer) : new Set(),
  };
}
