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
import { requirementSelections, requirementTree, type NameOf, type Requirement } from './requirement.js';

const NOTHING: Requirement = { selections: [], tree: new Map() };

/** What the fields of each subgraph require, in a supergraph with named requirements. */
export class FieldRequirements {
  readonly #schema: GraphQLSchema;
  readonly #byField = new Map<string, Requirement>();
  readonly nameOf: NameOf;

  constructor({ supergraph, fields }: NamedRequirements) {
    this.nameOf = (planned) => fields.get(planned)?.name.value ?? planned;
    this.#schema = buildASTSchema(supergraph, { assumeValid: true, assumeValidSDL: true });
    const subgraphs = subgraphNames(supergraph);
    for (const type of supergraph.definitions) {
      if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
      for (const field of type.fields ?? []) {
        for (const directive of field.directives ?? []) {
          const set = directive.name.value === 'join__field' ? argument(directive, 'requires') : undefined;
          if (set === undefined) continue;
          const subgraph = subgraphs.get(argument(directive, 'graph')!)!;
          this.#byField.set(keyOf(subgraph, type.name.value, field.name.value), this.#read(set, type.name.value));
        }
      }
    }
  }

  /** What a field requires in a subgraph. */
  of(subgraph: string, type: string, field: string): Requirement {
    return this.#byField.get(keyOf(subgraph, type, field)) ?? NOTHING;
  }

  /** Whether an object may be of both types. */
  overlap(one: string, other: string): boolean {
    const [type, otherType] = [this.#schema.getType(one), this.#schema.getType(other)];
    return isCompositeType(type) && isCompositeType(otherType) && doTypesOverlap(this.#schema, type, otherType);
  }

  #read(set: string, type: string): Requirement {
    const selections = requirementSelections(parseFieldSet(set), this.#schema.getType(type), this.#schema);
    return { selections, tree: requirementTree(selections, this.nameOf) };
  }
}

/** The names of subgraphs by how the supergraph's directives name them. */
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

const keyOf = (subgraph: string, type: string, field: string): string => `${subgraph} ${type}.${field}`;

/** A text that a directive is given: a string or the name of an enum's value. */
function argument({ arguments: given }: ConstDirectiveNode, name: string): string | undefined {
  const value = given?.find((one) => one.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}
