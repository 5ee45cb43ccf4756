/**
 * A requirement of `@authenticated`, `@requiresScopes` or `@policy`. Scopes and policies are a list of alternatives, as in
 * the directives: credentials must have all names of at least one alternative.
 */
export type AccessRequirement =
  { readonly kind: 'authenticated' } | { readonly kind: 'scopes' | 'policies'; readonly anyOf: readonly Names[] };

type Names = readonly string[];

/** The properties of a client that access requirements are checked against. */
export interface Credentials {
  readonly isAuthenticated: boolean;
  readonly scopes: ReadonlySet<string>;
  /** The policies that the client satisfies. A policy that was not evaluated is not satisfied. */
  readonly policies: ReadonlySet<string>;
}

/** True if the credentials satisfy the requirement. An empty list of alternatives requires nothing, as in composition. */
export function isSatisfied(requirement: AccessRequirement, credentials: Credentials): boolean {
  if (requirement.kind === 'authenticated') return credentials.isAuthenticated;
  const held = credentials[requirement.kind];
  return requirement.anyOf.length === 0 || requirement.anyOf.some((names) => names.every((name) => held.has(name)));
}

/** True if all credentials that satisfy each of `requirements` satisfy `requirement` too. */
export function isImplied(requirement: AccessRequirement, requirements: readonly AccessRequirement[]): boolean {
  if (requirement.kind === 'authenticated') return requirements.some(({ kind }) => kind === 'authenticated');
  const given = requirements.flatMap((other) => (other.kind === requirement.kind ? [other.anyOf] : []));
  // Each combination that satisfies the given requirements must contain an alternative of this one.
  return combinations(given).every(
    (held) => requirement.anyOf.length === 0 || requirement.anyOf.some((names) => names.every((name) => held.has(name))),
  );
}

/** Returns each combination of one alternative per list, as the set of its names. */
const combinations = (lists: readonly (readonly Names[])[]): readonly ReadonlySet<string>[] =>
  lists
    .filter((list) => list.length > 0)
    .reduce<readonly ReadonlySet<string>[]>(
      (chosen, list) => distinct(chosen.flatMap((held) => list.map((names) => new Set([...held, ...names])))),
      [new Set()],
    );

const distinct = (sets: readonly ReadonlySet<string>[]): readonly ReadonlySet<string>[] => [
  ...new Map(sets.map((set) => [JSON.stringify([...set].sort()), set])).values(),
];
