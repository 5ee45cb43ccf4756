import { Kind, valueFromASTUntyped, type FieldNode, type GraphQLArgument, type OperationDefinitionNode } from 'graphql';

/** The values of the variables of a request, as the client sent them. */
export type VariableValues = Readonly<Record<string, unknown>>;

/** A variable of an operation, with the value that it has if the request gives none. */
export interface VariableReference {
  name: string;
  defaultValue: unknown;
}

/** The value of an argument in an operation: a constant or a variable. `fallback` is the argument's default in the schema. */
export type ArgumentValue = { constant: unknown } | { variable: VariableReference; fallback: unknown };

/** Returns the value of a variable in a request; undefined if it has none. */
export const variableValue = ({ name, defaultValue }: VariableReference, variables: VariableValues): unknown =>
  Object.hasOwn(variables, name) ? variables[name] : defaultValue;

/** Returns the reference to a variable of an operation. */
export function variableReference(operation: OperationDefinitionNode, name: string): VariableReference {
  const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
  return { name, defaultValue: definition?.defaultValue && valueFromASTUntyped(definition.defaultValue) };
}

/** Returns the value of an argument of a field. */
export function argumentValue(
  field: FieldNode,
  name: string,
  declared: readonly GraphQLArgument[],
  operation: OperationDefinitionNode,
): ArgumentValue {
  const fallback = declared.find((argument) => argument.name === name)?.defaultValue;
  const node = field.arguments?.find((argument) => argument.name.value === name)?.value;
  if (!node) return { constant: fallback };
  if (node.kind === Kind.VARIABLE) return { variable: variableReference(operation, node.name.value), fallback };
  return { constant: valueFromASTUntyped(node) };
}

/** Returns the value of an argument in a request. */
export const valueIn = (value: ArgumentValue, variables: VariableValues): unknown => {
  if ('constant' in value) return value.constant;
  const given = variableValue(value.variable, variables);
  return given === undefined ? value.fallback : given;
};
