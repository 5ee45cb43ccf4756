import { Supergraph, type InterfaceType, type ObjectType } from '@apollo/federation-internals';
import { parse, type DocumentNode } from 'graphql';
import { isImplied, type Clause } from './clause.js';
import { AuthorizationDirectives, linksAuthorization } from './directives.js';
import type { Demands } from './refused-fields.js';
import { addWhatFieldsRead } from './transitive.js';

/** What a supergraph demands of who reads its types and fields. */
export class Requirements implements Demands {
  readonly #types: ReadonlyMap<string, readonly Clause[]>;
  readonly #fields: ReadonlyMap<string, readonly Clause[]>;

  private constructor(types: ReadonlyMap<string, readonly Clause[]>, fields: ReadonlyMap<string, readonly Clause[]>) {
    this.#types = types;
    this.#fields = fields;
  }

  /** Reads `@authenticated`, `@requiresScopes` and `@policy`. Null where the supergraph demands nothing at all. */
  static read(supergraph: string | DocumentNode): Requirements | null {
    const document = typeof supergraph === 'string' ? parse(supergraph, { noLocation: true }) : supergraph;
    if (!linksAuthorization(document)) return null;
    // Whether the gateway does all that the supergraph needs is the planner's question, and is asked there.
    const { schema } = Supergraph.build(document, { supportedFeatures: null, validateSupergraph: false });
    const directives = new AuthorizationDirectives(schema);
    const types = new Map<string, readonly Clause[]>();
    const fields = new Map<string, readonly Clause[]>();
    const put = (map: Map<string, readonly Clause[]>, key: string, clauses: readonly Clause[]) => {
      if (clauses.length > 0) map.set(key, [...new Set(clauses)]);
    };
    for (const type of [...schema.scalarTypes(), ...schema.enumTypes()]) put(types, type.name, directives.on(type));
    for (const type of schema.objectTypes()) {
      const interfaces = type.interfaces();
      put(types, type.name, [...directives.on(type), ...interfaces.flatMap((one) => ofInterface(one, directives))]);
      for (const field of type.fields()) {
        const inherited = interfaces.flatMap((one) => ofInterfaceField(one, field.name, directives));
        put(fields, `${type.name}.${field.name}`, [...directives.on(field), ...inherited]);
      }
    }
    addWhatFieldsRead(schema, new Requirements(types, fields), (field, clauses) => put(fields, field, clauses));
    return types.size + fields.size > 0 ? new Requirements(types, fields) : null;
  }

  /** What an object, enum or scalar type demands. Interfaces demand nothing: their implementations do. */
  ofType(type: string): readonly Clause[] {
    return this.#types.get(type) ?? [];
  }

  /** What a field of an object type demands, beside its type and what it gives. */
  ofField(type: string, field: string): readonly Clause[] {
    return this.#fields.get(`${type}.${field}`) ?? [];
  }
}

/**
 * What an interface demands of all its implementations. Composition since 2.9.4 refuses the directives on an interface and
 * writes there what its implementations demand together; that much holds for each implementation only as far as it says so
 * itself. What older supergraphs demand beyond it was meant by their authors, and a type condition is no way around it.
 */
function ofInterface(type: InterfaceType, directives: AuthorizationDirectives): readonly Clause[] {
  const together = implementations(type).flatMap((one) => directives.on(one));
  return directives.on(type).filter((clause) => !isImplied(clause, together));
}

function ofInterfaceField(type: InterfaceType, name: string, directives: AuthorizationDirectives): readonly Clause[] {
  const field = type.field(name);
  if (!field) return [];
  const together = implementations(type).flatMap((one) => directives.on(one.field(name)!));
  return directives.on(field).filter((clause) => !isImplied(clause, together));
}

const implementations = (type: InterfaceType): readonly ObjectType[] => type.possibleRuntimeTypes();
