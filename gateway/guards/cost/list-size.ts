import type { FieldNode, OperationDefinitionNode } from 'graphql';
import { badInput } from '../../../subgraphs/shared/errors/coded-error.js';
import { argumentValue, valueIn, type ArgumentValue, type VariableValues } from './argument-value.js';
import type { ListSizeDirective } from './cost-directives.js';
import type { FieldCost } from './cost-model.js';

/** The size of a list in an operation: a number, or a function of the variables. */
export type ListSize = number | SlicedSize;

/**
 * Returns the size that a field with `@listSize` gives its list or its sized fields.
 * @param defaultSize the size if neither a slicing argument nor the directive states one.
 */
export function listSize(
  field: FieldNode,
  { definition }: FieldCost,
  directive: ListSizeDirective,
  operation: OperationDefinitionNode,
  defaultSize: number,
): ListSize {
  const values = directive.slicingArguments.map((name) => argumentValue(field, name, definition.args, operation));
  const size = new SlicedSize(field.name.value, directive, values, defaultSize);
  return values.every((value) => 'constant' in value) ? size.evaluate({}) : size;
}

/** Returns the size of a list in a request. Throws BAD_USER_INPUT if the request has not exactly one slicing argument that is required. */
export const sizeIn = (size: ListSize, variables: VariableValues): number => (typeof size === 'number' ? size : size.evaluate(variables));

/** The size of a list by its slicing arguments. */
class SlicedSize {
  constructor(
    private readonly field: string,
    private readonly directive: ListSizeDirective,
    private readonly values: readonly ArgumentValue[],
    private readonly defaultSize: number,
  ) {}

  /** Returns the largest of the given slicing arguments, because a subgraph may use any of them. */
  evaluate(variables: VariableValues): number {
    const { assumedSize, requiresOneSlicingArgument } = this.directive;
    let count = 0;
    let largest = 0;
    for (const value of this.values) {
      const given = toNumber(valueIn(value, variables));
      if (given === null) continue;
      count++;
      if (given > largest) largest = given;
    }
    if (requiresOneSlicingArgument && this.values.length > 0 && count !== 1)
      throw badInput(
        `The field "${this.field}" must have exactly one of the arguments ${this.directive.slicingArguments.join(', ')}; this one has ${count}.`,
      );
    return count > 0 ? largest : (assumedSize ?? this.defaultSize);
  }
}

/** Returns a slicing argument as a number. Custom scalars may accept numbers as text. Null for any other value. */
function toNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && !Number.isNaN(number) ? number : null;
}
