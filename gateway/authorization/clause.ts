/**
 * One condition on who reads. Scopes and policies come as in the directives: a list of alternatives, each of which names
 * all that it takes.
 */
export type Clause = { readonly kind: 'authenticated' } | { readonly kind: 'scopes' | 'policies'; readonly anyOf: readonly Names[] };

type Names = readonly string[];

/** What a request proved about who reads. */
export interface Credentials {
  readonly isAuthenticated: boolean;
  readonly scopes: ReadonlySet<string>;
  /** The policies that hold; one that was never evaluated does not. */
  readonly policies: ReadonlySet<string>;
}

/** True where the credentials fulfil the clause. No alternatives at all demand nothing, as in composition. */
export function holds(clause: Clause, credentials: Credentials): boolean {
  if (clause.kind === 'authenticated') return credentials.isAuthenticated;
  const held = credentials[clause.kind];
  return clause.anyOf.length === 0 || clause.anyOf.some((names) => names.every((name) => held.has(name)));
}

/** True where whoever fulfils all of `clauses` fulfils `clause` too. */
export function isImplied(clause: Clause, clauses: readonly Clause[]): boolean {
  if (clause.kind === 'authenticated') return clauses.some(({ kind }) => kind === 'authenticated');
  const given = clauses.flatMap((one) => (one.kind === clause.kind ? [one.anyOf] : []));
  // Each way to fulfil the given clauses must contain one way to fulfil this one.
  return ways(given).every((held) => clause.anyOf.length === 0 || clause.anyOf.some((names) => names.every((name) => held.has(name))));
}

/** Every choice of one alternative from each list, as the set of all names in it. */
const ways = (lists: readonly (readonly Names[])[]): readonly ReadonlySet<string>[] =>
  lists
    .filter((list) => list.length > 0)
    .reduce<readonly ReadonlySet<string>[]>(
      (chosen, list) => distinct(chosen.flatMap((held) => list.map((names) => new Set([...held, ...names])))),
      [new Set()],
    );

const distinct = (sets: readonly ReadonlySet<string>[]): readonly ReadonlySet<string>[] => [
  ...new Map(sets.map((set) => [JSON.stringify([...set].sort()), set])).values(),
];
