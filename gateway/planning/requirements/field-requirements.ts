import {
  buildASTSchema,
  doTypesOverlap,
  isCompositeType,
  Kind,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { parseFieldSet, type NamedRequirements } from './named-requirements.js';
import { requirementSelections, requirementTree, type OriginalNameOf, type Requirement } from './requirement.js';

const NO_REQUIREMENT: Requirement = { selections: [], tree: new Map() };

/** The requirements (`@requires`) of the fields of each subgraph, in a supergraph with named requirements. */
export class FieldRequirements {
  readonly #schema: GraphQLSchema;
  readonly #byField = new Map<string, Requirement>();
  readonly originalName: OriginalNameOf;

  constructor({ supergraph, originalFields }: NamedRequirements) {
    this.originalName = (planned) => originalFields.get(planned)?.name.value ?? planned;
    this.#schema = buildASTSchema(supergraph, { assumeValid: true, assumeValidSDL: true });
    const subgraphs = subgraphNames(supergraph);
    for (const type of supergraph.definitions) {
      if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
      for (const field of type.fields ?? []) {
        for (const directive of field.directives ?? []) {
          const set = directive.name.value === 'join__field' ? argument(directive, 'requires') : undefined;
          if (set === undefined) continue;
          const subgraph = subgraphs.get(argument(directive, 'graph')!)!;
          this.#byField.set(fieldKey(subgraph, type.name.value, field.name.value), this.#read(set, type.name.value));
        }
      }
    }
  }

  /** Returns the requirement of a field in a subgraph. */
  of(subgraph: string, type: string, field: string): Requirement {
    return this.#byField.get(fieldKey(subgraph, type, field)) ?? NO_REQUIREMENT;
  }

  /** True if an object may be of both types. */
  typesOverlap(one: string, other: string): boolean {
    const [type, otherType] = [this.#schema.getType(one), this.#schema.getType(other)];
    return isCompositeType(type) && isCompositeType(otherType) && doTypesOverlap(this.#schema, type, otherType);
  }

  #read(set: string, type: string): Requirement {
    const selections = requirementSelections(parseFieldSet(set), this.#schema.getType(type), this.#schema);
    return { selections, tree: requirementTree(selections, this.originalName) };
  }
}

/** Returns the names of the subgraphs by their values of the enum `join__Graph`. */
function subgraphNames(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  visit(supergraph, {
    EnumValueDefinition({ name, directives }) {
      for (const directive of directives ?? [])
        if (directive.name.value === 'join__graph') names.set(name.value, argument(directive, 'name')!);
    },
  });
  return names;
}

const fieldKey = (subgraph: string, type: string, field: string): string => `${subgraph} ${type}.${field}`;

/** Returns a string or enum argument of a directive; undefined if it has none. */
function argument({ arguments: args }: ConstDirectiveNode, name: string): string | undefined {
  const value = args?.find((node) => node.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}
