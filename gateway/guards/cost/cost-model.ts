import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { InputCosts } from './input-costs.js';
import type { InputCost } from './input-cost.js';
import { costDirectives, type FieldDirectives, type ListSizeDirective, type TypeDirectives } from './cost-directives.js';

/** The weight of a root field of a mutation that has no `@cost`, as in Apollo Router. */
const MUTATION_WEIGHT = 10;

/** The cost of one field of a type, before its arguments are known. */
export interface FieldCost {
  definition: GraphQLField<unknown, unknown>;
  /** The cost of one object or value that the field returns, without its fields. */
  weight: number;
  /** The costs of arguments, by name. An argument without an entry costs nothing. */
  argumentCosts: ReadonlyMap<string, InputCost>;
  listSize: ListSizeDirective | null;
  /** The size of the list without `@listSize`: 1 for a field that is not a list. */
  assumedSize: number;
  /** The type of the field's selection set; null for a scalar or an enum. */
  type: GraphQLCompositeType | null;
}

/** The weights and list sizes of a schema: those of the supergraph's `@cost` and `@listSize`, and defaults for all others. */
export class CostModel {
  readonly #schema: GraphQLSchema;
  readonly #types: ReadonlyMap<string, TypeDirectives>;
  readonly #inputs: InputCosts;
  readonly #fields = new Map<string, FieldCost>();

  /**
   * @param schema the API schema of the supergraph.
   */
  constructor(
    schema: GraphQLSchema,
    supergraph: DocumentNode,
    /** The size of lists without `@listSize`. */
    readonly assumedListSize: number,
  ) {
    this.#schema = schema;
    this.#types = costDirectives(supergraph);
    this.#inputs = new InputCosts(this.#types);
  }

  /** Returns the cost of a field. Undefined for `__typename`, introspection fields and fields that the type does not have. */
  field(parent: GraphQLCompositeType, name: string): FieldCost | undefined {
    const definition = 'getFields' in parent ? parent.getFields()[name] : undefined;
    if (!definition) return undefined;
    const key = `${parent.name}.${name}`;
    let cost = this.#fields.get(key);
    if (!cost) this.#fields.set(key, (cost = this.#createField(parent, definition)));
    return cost;
  }

  compositeType(name: string): GraphQLCompositeType | undefined {
    const type = this.#schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }

  #createField(parent: GraphQLCompositeType, definition: GraphQLField<unknown, unknown>): FieldCost {
    const directives = this.#directivesOf(parent, definition.name);
    const type = getNamedType(definition.type);
    const defaultWeight = parent === this.#schema.getMutationType() ? MUTATION_WEIGHT : this.#typeWeight(type);
    return {
      definition,
      weight: directives?.weight ?? defaultWeight,
      argumentCosts: this.#inputs.ofArguments(definition.args, directives?.argumentWeights),
      listSize: directives?.listSize ?? null,
      assumedSize: this.assumedListSize ** listLevels(definition.type),
      type: isCompositeType(type) ? type : null,
    };
  }

  /** Returns the directives of a field. Those of an interface's field are combined from all types that implement it. */
  #directivesOf(parent: GraphQLCompositeType, field: string): FieldDirectives | undefined {
    const own = this.#types.get(parent.name)?.fields.get(field);
    if (!isInterfaceType(parent)) return own;
    const implementing = this.#schema.getPossibleTypes(parent).flatMap(({ name }) => this.#types.get(name)?.fields.get(field) ?? []);
    const all = own ? [own, ...implementing] : implementing;
    return all.length > 0 ? all.reduce(largerOf) : undefined;
  }

  #typeWeight(type: GraphQLNamedType): number {
    const own = this.#types.get(type.name)?.weight;
    if (own !== null && own !== undefined) return own;
    if (!isAbstractType(type)) return isCompositeType(type) ? 1 : 0;
    return Math.max(0, ...this.#schema.getPossibleTypes(type).map((possible) => this.#types.get(possible.name)?.weight ?? 1));
  }
}

function largerOf(a: FieldDirectives, b: FieldDirectives): FieldDirectives {
  return {
    weight: a.weight === null || b.weight === null ? (a.weight ?? b.weight) : Math.max(a.weight, b.weight),
    listSize: a.listSize && b.listSize ? largerListSize(a.listSize, b.listSize) : (a.listSize ?? b.listSize),
    argumentWeights: new Map([...a.argumentWeights, ...b.argumentWeights]),
  };
}

/** Combines two directives as composition combines those of subgraphs. */
function largerListSize(a: ListSizeDirective, b: ListSizeDirective): ListSizeDirective {
  return {
    assumedSize:
      a.assumedSize === null || b.assumedSize === null ? (a.assumedSize ?? b.assumedSize) : Math.max(a.assumedSize, b.assumedSize),
    slicingArguments: [...new Set([...a.slicingArguments, ...b.slicingArguments])],
    sizedFields: [...new Set([...a.sizedFields, ...b.sizedFields])],
    requiresOneSlicingArgument: a.requiresOneSlicingArgument && b.requiresOneSlicingArgument,
  };
}

function listLevels(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return listLevels(type.ofType);
  return isListType(type) ? 1 + listLevels(type.ofType) : 0;
}
