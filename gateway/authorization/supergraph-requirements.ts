import { Supergraph, type InterfaceType, type ObjectType } from '@apollo/federation-internals';
import { parse, type DocumentNode } from 'graphql';
import { isImplied, type AccessRequirement } from './access-requirement.js';
import { AuthorizationDirectives, linksAuthorization } from './directives.js';
import type { SchemaRequirements } from './unauthorized-fields.js';
import { addTransitiveRequirements } from './transitive-requirements.js';

/** The access requirements of the types and fields of one supergraph. */
export class SupergraphRequirements implements SchemaRequirements {
  readonly #types: ReadonlyMap<string, readonly AccessRequirement[]>;
  readonly #fields: ReadonlyMap<string, readonly AccessRequirement[]>;

  private constructor(types: ReadonlyMap<string, readonly AccessRequirement[]>, fields: ReadonlyMap<string, readonly AccessRequirement[]>) {
    this.#types = types;
    this.#fields = fields;
  }

  /** Reads `@authenticated`, `@requiresScopes` and `@policy`. Returns null if the supergraph has no access requirements. */
  static read(supergraph: string | DocumentNode): SupergraphRequirements | null {
    const document = typeof supergraph === 'string' ? parse(supergraph, { noLocation: true }) : supergraph;
    if (!linksAuthorization(document)) return null;
    // The planner checks that the gateway supports all features that the supergraph requires.
    const { schema } = Supergraph.build(document, { supportedFeatures: null, validateSupergraph: false });
    const directives = new AuthorizationDirectives(schema);
    const types = new Map<string, readonly AccessRequirement[]>();
    const fields = new Map<string, readonly AccessRequirement[]>();
    const put = (map: Map<string, readonly AccessRequirement[]>, key: string, requirements: readonly AccessRequirement[]) => {
      if (requirements.length > 0) map.set(key, [...new Set(requirements)]);
    };
    for (const type of [...schema.scalarTypes(), ...schema.enumTypes()]) put(types, type.name, directives.requirementsOn(type));
    for (const type of schema.objectTypes()) {
      const interfaces = type.interfaces();
      put(types, type.name, [...directives.requirementsOn(type), ...interfaces.flatMap((type) => ofInterface(type, directives))]);
      for (const field of type.fields()) {
        const inherited = interfaces.flatMap((type) => ofInterfaceField(type, field.name, directives));
        put(fields, `${type.name}.${field.name}`, [...directives.requirementsOn(field), ...inherited]);
      }
    }
    addTransitiveRequirements(schema, new SupergraphRequirements(types, fields), (field, requirements) => put(fields, field, requirements));
    return types.size + fields.size > 0 ? new SupergraphRequirements(types, fields) : null;
  }

  /** Returns the requirements of an object, enum or scalar type. Interfaces have none: their implementations do. */
  ofType(type: string): readonly AccessRequirement[] {
    return this.#types.get(type) ?? [];
  }

  /** Returns the requirements of a field of an object type, without those of its parent type and its output type. */
  ofField(type: string, field: string): readonly AccessRequirement[] {
    return this.#fields.get(`${type}.${field}`) ?? [];
  }
}

/**
 * Returns the requirements of an interface that apply to all its implementations. Since version 2.9.4, composition does not
 * allow the directives on interfaces, and writes the union of the implementations' requirements there; each implementation
 * then has its own. Older supergraphs may have further requirements on the interface. Their authors meant them for all
 * implementations, so a type condition must not bypass them.
 */
function ofInterface(type: InterfaceType, directives: AuthorizationDirectives): readonly AccessRequirement[] {
  const ofImplementations = implementations(type).flatMap((implementation) => directives.requirementsOn(implementation));
  return directives.requirementsOn(type).filter((requirement) => !isImplied(requirement, ofImplementations));
}

function ofInterfaceField(type: InterfaceType, name: string, directives: AuthorizationDirectives): readonly AccessRequirement[] {
  const field = type.field(name);
  if (!field) return [];
  const ofImplementations = implementations(type).flatMap((implementation) => directives.requirementsOn(implementation.field(name)!));
  return directives.requirementsOn(field).filter((requirement) => !isImplied(requirement, ofImplementations));
}

const implementations = (type: InterfaceType): readonly ObjectType[] => type.possibleRuntimeTypes();
