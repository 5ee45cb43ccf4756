import { isObjectType, type GraphQLCompositeType } from 'graphql';

interface Claim {
  type: string;
  call: string;
  parent: GraphQLCompositeType;
}

/** The field of each response key, so that an operation's selections can be merged. */
export class ResponseKeys {
  readonly #claims = new Map<string, Claim[]>();
  #made = 0;

  /**
   * The key for a field below a path: its alias or name, where this says the same as elsewhere, or other things on types
   * that no object has both of; else a key of its own.
   */
  claim(path: readonly string[], name: string, type: string, call: string, parent: GraphQLCompositeType, alias?: string): string {
    const fits = (key: string) =>
      (this.#claims.get([...path, key].join('.')) ?? []).every(
        (claim) =>
          claim.type === type && (claim.call === call || (claim.parent !== parent && isObjectType(claim.parent) && isObjectType(parent))),
      );
    const key = [alias, name].find((candidate) => candidate !== undefined && fits(candidate)) ?? `k${this.#made++}`;
    const place = [...path, key].join('.');
    this.#claims.set(place, [...(this.#claims.get(place) ?? []), { type, call, parent }]);
    return key;
  }
}
