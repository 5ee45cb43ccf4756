declare const TYPES: unique symbol;

/**
 * The text of an operation for a peer, with the types of its result and of its variables in JSON.
 * `npm run generate` makes these from the files `<concept>.<peer>.gql` and refuses what the peer's schema does not allow.
 */
export type PeerOperation<Result, Variables> = string & { readonly [TYPES]: { result: Result; variables: Variables } };

/** An entity in the result of a query of `_entities`, without the empty object of the types that the query selects nothing of. */
export type EntityOf<Query extends { _entities: readonly unknown[] }> = Exclude<Query['_entities'][number], Record<PropertyKey, never>>;
