import { buildASTSchema, getNamedType, isAbstractType, isNonNullType, Kind, visit, type DocumentNode, type GraphQLSchema } from 'graphql';

/** What the executor must know of the supergraph's types, those that clients do not see among them. */
export class SchemaTypes {
  readonly #schema: GraphQLSchema;
  /** The abstract types that each type belongs to, and itself. */
  readonly #conditions = new Map<string, ReadonlySet<string>>();

  /** Where the subgraphs are, by name. */
  readonly subgraphUrls: ReadonlyMap<string, string>;

  constructor(supergraph: DocumentNode) {
    this.subgraphUrls = subgraphUrls(supergraph);
    this.#schema = buildASTSchema(supergraph, { assumeValid: true, assumeValidSDL: true });
    const types = Object.values(this.#schema.getTypeMap());
    const abstract = types.filter(isAbstractType);
    for (const { name } of types) {
      const isWithin = abstract.filter(
        (one) => this.#schema.getPossibleTypes(one).some((type) => type.name === name) || this.#implements(name, one.name),
      );
      this.#conditions.set(name, new Set([name, ...isWithin.map((one) => one.name)]));
    }
  }

  /** Whether a fragment on `condition` applies to an object that says to be of `typename`. */
  matches(typename: string, condition: string): boolean {
    return this.#conditions.get(typename)?.has(condition) ?? false;
  }

  /** Whether objects can say to be exactly this; an interface is what `@interfaceObject` makes of it. */
  isConcrete(typename: string): boolean {
    return !isAbstractType(this.#schema.getType(typename)) && this.#conditions.has(typename);
  }

  /** The field's type as the executor needs it, by the parent type's name; null where the supergraph does not know it. */
  field(parent: string, name: string): { isNonNull: boolean; type: string } | null {
    const type = this.#schema.getType(parent);
    const field = type && 'getFields' in type ? type.getFields()[name] : undefined;
    if (!field) return null;
    return { isNonNull: isNonNullType(field.type), type: getNamedType(field.type).name };
  }

  #implements(name: string, abstract: string): boolean {
    const type = this.#schema.getType(name);
    return type !== undefined && 'getInterfaces' in type && type.getInterfaces().some((one) => one.name === abstract);
  }
}

function subgraphUrls(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const urls = new Map<string, string>();
  visit(supergraph, {
    EnumValueDefinition({ directives }) {
      const given = directives?.find(({ name }) => name.value === 'join__graph')?.arguments ?? [];
      const [name, url] = ['name', 'url'].map((one) => given.find((argument) => argument.name.value === one)?.value);
      if (name?.kind === Kind.STRING && url?.kind === Kind.STRING) urls.set(name.value, url.value);
    },
  });
  return urls;
}
