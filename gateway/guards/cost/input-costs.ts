import { getNamedType, isInputObjectType, type GraphQLArgument, type GraphQLInputType } from 'graphql';
import type { TypeDirectives } from './cost-directives.js';
import type { InputCost } from './input-cost.js';

type Fields = Map<string, InputCost>;

const NO_COSTS: ReadonlyMap<string, InputCost> = new Map();

/**
 * The costs of inputs by the weights of arguments, input fields, enums and scalars. An input object has no weight of its own.
 */
export class InputCosts {
  readonly #types: ReadonlyMap<string, TypeDirectives>;
  readonly #fields = new Map<string, Fields>();

  constructor(types: ReadonlyMap<string, TypeDirectives>) {
    this.#types = types;
  }

  ofArguments(args: readonly GraphQLArgument[], weights: ReadonlyMap<string, number> = new Map()): ReadonlyMap<string, InputCost> {
    if (args.length === 0) return NO_COSTS;
    const costs = new Map<string, InputCost>();
    for (const { name, type } of args) {
      const cost = this.#cost(type, weights.get(name));
      if (isCharged(cost)) costs.set(name, cost);
    }
    return costs;
  }

  #cost(type: GraphQLInputType, ownWeight: number | null | undefined): InputCost {
    const { name } = getNamedType(type);
    return { weight: ownWeight ?? this.#types.get(name)?.weight ?? 0, fields: this.#fieldsOf(type) };
  }

  /** Returns the costs of the fields of an input object. They are created once, so that a type may contain itself. */
  #fieldsOf(type: GraphQLInputType): Fields {
    const named = getNamedType(type);
    let fields = this.#fields.get(named.name);
    if (fields) return fields;
    this.#fields.set(named.name, (fields = new Map()));
    if (!isInputObjectType(named)) return fields;
    const weights = this.#types.get(named.name)?.fields;
    for (const { name, type: fieldType } of Object.values(named.getFields())) {
      const cost = this.#cost(fieldType, weights?.get(name)?.weight);
      if (cost.weight !== 0 || isInputObjectType(getNamedType(fieldType))) fields.set(name, cost);
    }
    return fields;
  }
}

/** True if an input can cost anything, by its weight or by that of an input in it. */
function isCharged({ weight, fields }: InputCost, visited = new Set<ReadonlyMap<string, InputCost>>()): boolean {
  if (weight !== 0) return true;
  if (visited.has(fields)) return false;
  visited.add(fields);
  return [...fields.values()].some((cost) => isCharged(cost, visited));
}
