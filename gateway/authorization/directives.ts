import {
  AuthenticatedSpecDefinition,
  PolicySpecDefinition,
  RequiresScopesSpecDefinition,
  type Directive,
  type Schema,
} from '@apollo/federation-internals';
import { Kind, type DocumentNode } from 'graphql';
import type { Clause } from './clause.js';

/** A part of a schema that carries directives. */
interface Element {
  readonly appliedDirectives: readonly Directive[];
}

const SPECIFICATIONS = {
  authenticated: AuthenticatedSpecDefinition,
  scopes: RequiresScopesSpecDefinition,
  policies: PolicySpecDefinition,
} as const satisfies Record<Clause['kind'], unknown>;

/** False where no `@link` of the supergraph names one of the directives: there is no need to build a schema of it. */
export const linksAuthorization = ({ definitions }: DocumentNode): boolean =>
  definitions.some(
    (node) =>
      (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) &&
      node.directives?.some(({ arguments: args }) => args?.some(({ value }) => value.kind === Kind.STRING && isOurs(value.value))),
  );

const isOurs = (url: string): boolean => Object.values(SPECIFICATIONS).some(({ identity }) => url.startsWith(`${identity}/`));

/** Reads the authorization directives of a supergraph, under the names that its `@link`s give them. */
export class AuthorizationDirectives {
  readonly #kinds: ReadonlyMap<string, Clause['kind']>;
  readonly #clauses = new Map<string, Clause>();

  constructor(schema: Schema) {
    this.#kinds = new Map(
      Object.entries(SPECIFICATIONS).flatMap(([kind, { identity, directiveName }]) => {
        const name = schema.coreFeatures?.getByIdentity(identity)?.directiveNameInSchema(directiveName);
        return name === undefined ? [] : [[name, kind as Clause['kind']] as const];
      }),
    );
  }

  /** What the directives on one element demand. Equal clauses are the same object. */
  on({ appliedDirectives }: Element): readonly Clause[] {
    return appliedDirectives.flatMap((directive) => {
      const kind = this.#kinds.get(directive.name);
      return kind ? [this.#clause(kind, directive)] : [];
    });
  }

  #clause(kind: Clause['kind'], directive: Directive): Clause {
    const clause: Clause =
      kind === 'authenticated' ? { kind } : { kind, anyOf: (directive.arguments() as Record<typeof kind, string[][]>)[kind] };
    const text = JSON.stringify(clause);
    const known = this.#clauses.get(text);
    if (!known) this.#clauses.set(text, clause);
    return known ?? clause;
  }
}
