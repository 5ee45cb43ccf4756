import {
  AuthenticatedSpecDefinition,
  PolicySpecDefinition,
  RequiresScopesSpecDefinition,
  type Directive,
  type Schema,
} from '@apollo/federation-internals';
import { Kind, type DocumentNode } from 'graphql';
import type { AccessRequirement } from './access-requirement.js';

/** A schema element with applied directives. */
interface SchemaElement {
  readonly appliedDirectives: readonly Directive[];
}

const SPECIFICATIONS = {
  authenticated: AuthenticatedSpecDefinition,
  scopes: RequiresScopesSpecDefinition,
  policies: PolicySpecDefinition,
} as const satisfies Record<AccessRequirement['kind'], unknown>;

/** True if the supergraph links one of the authorization directives. If it does not, no schema needs to be built. */
export const linksAuthorization = ({ definitions }: DocumentNode): boolean =>
  definitions.some(
    (node) =>
      (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) &&
      node.directives?.some(({ arguments: args }) =>
        args?.some(({ value }) => value.kind === Kind.STRING && isAuthorizationSpecification(value.value)),
      ),
  );

const isAuthorizationSpecification = (url: string): boolean =>
  Object.values(SPECIFICATIONS).some(({ identity }) => url.startsWith(`${identity}/`));

/** Reads the authorization directives of a supergraph, which its `@link`s may have renamed. */
export class AuthorizationDirectives {
  readonly #kinds: ReadonlyMap<string, AccessRequirement['kind']>;
  readonly #requirements = new Map<string, AccessRequirement>();

  constructor(schema: Schema) {
    this.#kinds = new Map(
      Object.entries(SPECIFICATIONS).flatMap(([kind, { identity, directiveName }]) => {
        const name = schema.coreFeatures?.getByIdentity(identity)?.directiveNameInSchema(directiveName);
        return name === undefined ? [] : [[name, kind as AccessRequirement['kind']] as const];
      }),
    );
  }

  /** Returns the requirements of the directives on one element. Equal requirements are the same object. */
  requirementsOn({ appliedDirectives }: SchemaElement): readonly AccessRequirement[] {
    return appliedDirectives.flatMap((directive) => {
      const kind = this.#kinds.get(directive.name);
      return kind ? [this.#requirement(kind, directive)] : [];
    });
  }

  #requirement(kind: AccessRequirement['kind'], directive: Directive): AccessRequirement {
    const requirement: AccessRequirement =
      kind === 'authenticated' ? { kind } : { kind, anyOf: (directive.arguments() as Record<typeof kind, string[][]>)[kind] };
    const text = JSON.stringify(requirement);
    const known = this.#requirements.get(text);
    if (!known) this.#requirements.set(text, requirement);
    return known ?? requirement;
  }
}
