import { buildASTSchema, getNamedType, isAbstractType, isNonNullType, Kind, visit, type DocumentNode, type GraphQLSchema } from 'graphql';

/** The supergraph's types as the executor needs them, including those that are not in the API schema. */
export class SchemaTypes {
  readonly #schema: GraphQLSchema;
  /** The type conditions that apply to objects of each type: the type itself and the abstract types that it belongs to. */
  readonly #conditions = new Map<string, ReadonlySet<string>>();

  /** The URLs of the subgraphs, by subgraph name. */
  readonly subgraphUrls: ReadonlyMap<string, string>;

  constructor(supergraph: DocumentNode) {
    this.subgraphUrls = subgraphUrls(supergraph);
    this.#schema = buildASTSchema(supergraph, { assumeValid: true, assumeValidSDL: true });
    const types = Object.values(this.#schema.getTypeMap());
    const abstract = types.filter(isAbstractType);
    for (const { name } of types) {
      const abstractTypes = abstract.filter(
        (type) => this.#schema.getPossibleTypes(type).some((possible) => possible.name === name) || this.#implements(name, type.name),
      );
      this.#conditions.set(name, new Set([name, ...abstractTypes.map((type) => type.name)]));
    }
  }

  /** True if a fragment on `condition` applies to an object whose `__typename` is `typename`. */
  matches(typename: string, condition: string): boolean {
    return this.#conditions.get(typename)?.has(condition) ?? false;
  }

  /**
   * True if `typename` is the name of an object type. It is an interface's name if the object comes from an
   * `@interfaceObject`.
   */
  isConcrete(typename: string): boolean {
    return !isAbstractType(this.#schema.getType(typename)) && this.#conditions.has(typename);
  }

  /** Returns the named type of a field and whether it is non-null; null if the supergraph has no such field. */
  field(parent: string, name: string): { isNonNull: boolean; type: string } | null {
    const type = this.#schema.getType(parent);
    const field = type && 'getFields' in type ? type.getFields()[name] : undefined;
    if (!field) return null;
    return { isNonNull: isNonNullType(field.type), type: getNamedType(field.type).name };
  }

  #implements(name: string, abstract: string): boolean {
    const type = this.#schema.getType(name);
    return type !== undefined && 'getInterfaces' in type && type.getInterfaces().some((implemented) => implemented.name === abstract);
  }
}

/** Returns the URLs of the subgraphs of a supergraph, by subgraph name. */
export function subgraphUrls(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const urls = new Map<string, string>();
  visit(supergraph, {
    EnumValueDefinition({ directives }) {
      const args = directives?.find(({ name }) => name.value === 'join__graph')?.arguments ?? [];
      const [name, url] = ['name', 'url'].map((argument) => args.find((node) => node.name.value === argument)?.value);
      if (name?.kind === Kind.STRING && url?.kind === Kind.STRING) urls.set(name.value, url.value);
    },
  });
  return urls;
}
