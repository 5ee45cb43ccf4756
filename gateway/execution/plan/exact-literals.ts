import {
  getNullableType,
  isInputObjectType,
  isListType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FloatValueNode,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  type IntValueNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';
import { codedError } from '../../../subgraphs/shared/errors/coded-error.js';
import { isExact } from '../../json.js';

/** The prefix of the variables that stand for literals. */
export const LITERAL_PREFIX = 'literal_';

/** The largest number of characters of a number that an error message quotes. */
const MAX_SHOWN_DIGITS = 40;

export interface ExactDocument {
  document: DocumentNode;
  /**
   * The JSON of literals, by the names of variables: of those that replace literals, and of the client's own variables for their
   * default values.
   */
  literals: ReadonlyMap<string, string>;
}

/**
 * Moves the numbers of custom scalars that JavaScript cannot represent with all their digits, such as `1.0` and
 * `12345678901234567890`, from the document into variables: the planner parses literals and prints them again. Throws BAD_USER_INPUT
 * for a number that is not finite.
 */
export function extractInexactLiterals(document: DocumentNode, schema: GraphQLSchema): ExactDocument {
  const literals = new Map<string, string>();
  const definitions = new Map<string, VariableDefinitionNode>();
  const typeInfo = new TypeInfo(schema);

  const replaceNumber = (node: IntValueNode | FloatValueNode, scalar: string | null): ValueNode => {
    if (!Number.isFinite(Number(node.value))) throw notFinite(node.value, node);
    if (scalar === null || isExact(node.value)) return node;
    const key = `${scalar} ${node.value}`;
    let definition = definitions.get(key);
    if (!definition) {
      definition = variableDefinition(`${LITERAL_PREFIX}${definitions.size}`, scalar);
      definitions.set(key, definition);
      literals.set(definition.variable.name.value, node.value);
    }
    return definition.variable;
  };
  /** @param scalar the custom scalar that the value is a part of; null if it is none. */
  const replaceNumbers = (node: ValueNode, type: GraphQLInputType | null | undefined, scalar: string | null): ValueNode => {
    const nullable = type && getNullableType(type);
    if (isListType(nullable) && node.kind !== Kind.LIST) {
      const item = replaceNumbers(node, nullable.ofType, scalar);
      return item === node ? node : { kind: Kind.LIST, values: [item] };
    }
    const part = isScalarType(nullable) && !isSpecifiedScalarType(nullable) ? nullable.name : scalar;
    switch (node.kind) {
      case Kind.INT:
      case Kind.FLOAT:
        return replaceNumber(node, part);
      case Kind.LIST: {
        const values = node.values.map((item) => replaceNumbers(item, isListType(nullable) ? nullable.ofType : null, part));
        return values.every((item, index) => item === node.values[index]) ? node : { ...node, values };
      }
      case Kind.OBJECT: {
        const types = isInputObjectType(nullable) ? nullable.getFields() : {};
        const fields = node.fields.map((field) => {
          const value = replaceNumbers(field.value, types[field.name.value]?.type, part);
          return value === field.value ? field : { ...field, value };
        });
        return fields.every((field, index) => field === node.fields[index]) ? node : { ...node, fields };
      }
      default:
        return node;
    }
  };

  const replaced = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      VariableDefinition(node) {
        const { defaultValue } = node;
        if (defaultValue && replaceNumbers(defaultValue, typeInfo.getInputType(), null) !== defaultValue)
          literals.set(node.variable.name.value, literalJson(defaultValue));
        return false;
      },
      Argument(node) {
        const value = replaceNumbers(node.value, typeInfo.getInputType(), null);
        return value === node.value ? false : { ...node, value };
      },
    }),
  );
  if (definitions.size === 0) return { document, literals };
  const added = [...definitions.values()];
  return {
    document: {
      ...replaced,
      definitions: replaced.definitions.map((node) =>
        node.kind === Kind.OPERATION_DEFINITION ? { ...node, variableDefinitions: [...(node.variableDefinitions ?? []), ...added] } : node,
      ),
    },
    literals,
  };
}

/** Returns the error for a number of a client that most programs read as infinite. */
export function notFinite(digits: string, nodes?: ValueNode): GraphQLError {
  const shown = digits.length > MAX_SHOWN_DIGITS ? `${digits.slice(0, MAX_SHOWN_DIGITS)}…` : digits;
  return codedError('BAD_USER_INPUT', `The number ${shown} is not finite. Send a number between -1.79e308 and 1.79e308.`, { nodes });
}

const variableDefinition = (name: string, type: string): VariableDefinitionNode => ({
  kind: Kind.VARIABLE_DEFINITION,
  variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
  type: { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } } },
});

/** Returns a literal without variables as JSON, with the digits of its numbers. */
function literalJson(node: ValueNode): string {
  switch (node.kind) {
    case Kind.LIST:
      return `[${node.values.map(literalJson).join()}]`;
    case Kind.OBJECT:
      return `{${node.fields.map(({ name, value }) => `${JSON.stringify(name.value)}:${literalJson(value)}`).join()}}`;
    case Kind.STRING:
    case Kind.ENUM:
      return JSON.stringify(node.value);
    default:
      return print(node);
  }
}
