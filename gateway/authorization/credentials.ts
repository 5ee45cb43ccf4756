import type { Viewer } from '../../subgraphs/shared/viewer/viewer.js';
import type { Credentials } from './clause.js';

/** Says which of the named policies hold for a viewer. What it throws fails the request. */
export type EvaluatePolicies = (policies: readonly string[], viewer: Viewer | null) => ReadonlySet<string> | Promise<ReadonlySet<string>>;

/** Where nobody says what a policy means, none holds. */
export const noPolicyHolds: EvaluatePolicies = () => new Set();

/** A policy `role:X` holds for those who have the role X; no other policy is known. */
export const rolePolicies: EvaluatePolicies = (policies, viewer) =>
  new Set(policies.filter((policy) => viewer?.roles.some((role) => policy === `role:${role}`)));

/** The scopes of a credential that is limited to none: those that a limit could name, and not whatever a schema asks for. */
const EVERY_SCOPE = ['READ', 'WRITE'];

/** What a viewer proved. `policies` are those that the operation demands; the others are not evaluated. */
export async function credentialsOf(
  viewer: Viewer | null,
  policies: readonly string[],
  evaluate: EvaluatePolicies = noPolicyHolds,
): Promise<Credentials> {
  return {
    isAuthenticated: viewer !== null,
    scopes: new Set(viewer?.scopes.length === 0 ? EVERY_SCOPE : viewer?.scopes),
    policies: policies.length > 0 ? await evaluate(policies, viewer) : new Set(),
  };
}
