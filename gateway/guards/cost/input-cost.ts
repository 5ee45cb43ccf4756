import { valueFromASTUntyped, visit, type ArgumentNode, type OperationDefinitionNode, type ValueNode } from 'graphql';
import { variableReference, variableValue, type VariableReference, type VariableValues } from './argument-value.js';

/** The weight of an argument or input field, with those of the fields of its input object. */
export interface InputCost {
  weight: number;
  /** The weights of the fields, by name. Those without an entry cost nothing. An input object may contain itself. */
  fields: ReadonlyMap<string, InputCost>;
}

/** The cost of the arguments of a field in an operation: a number, or a function of the variables. */
export type ArgumentsCost = number | VariableArgumentsCost;

/** Returns the cost of the arguments that a field has in an operation. */
export function argumentsCost(
  args: readonly ArgumentNode[],
  costs: ReadonlyMap<string, InputCost>,
  operation: OperationDefinitionNode,
): ArgumentsCost {
  const given = args.flatMap(({ name, value }) => {
    const cost = costs.get(name.value);
    return cost ? [{ cost, value }] : [];
  });
  if (given.length === 0) return 0;
  const variables = new Map<string, VariableReference>();
  for (const { value } of given)
    visit(value, { Variable: ({ name }) => void variables.set(name.value, variableReference(operation, name.value)) });
  const total = new VariableArgumentsCost(given, [...variables.values()]);
  return variables.size === 0 ? total.evaluate({}) : total;
}

/** Returns the cost of arguments in a request. */
export const argumentsCostIn = (cost: ArgumentsCost, variables: VariableValues): number =>
  typeof cost === 'number' ? cost : cost.evaluate(variables);

class VariableArgumentsCost {
  constructor(
    private readonly given: readonly { cost: InputCost; value: ValueNode }[],
    private readonly variables: readonly VariableReference[],
  ) {}

  evaluate(values: VariableValues): number {
    const used = Object.fromEntries(this.variables.map((variable) => [variable.name, variableValue(variable, values)]));
    return this.given.reduce((sum, { cost, value }) => sum + valueCost(cost, valueFromASTUntyped(value, used)), 0);
  }
}

/** A value costs its weight once, and each input object in it the weights of its fields. A value that is not given costs nothing. */
const valueCost = (cost: InputCost, value: unknown): number => (value == null ? 0 : cost.weight + fieldsCost(cost.fields, value));

function fieldsCost(fields: InputCost['fields'], value: unknown): number {
  if (fields.size === 0 || typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, element) => sum + fieldsCost(fields, element), 0);
  let sum = 0;
  for (const [name, cost] of fields) if (Object.hasOwn(value, name)) sum += valueCost(cost, (value as Record<string, unknown>)[name]);
  return sum;
}
