import {
  getNamedType,
  getNullableType,
  getVariableValues,
  GraphQLError,
  isInputObjectType,
  isListType,
  typeFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import { isObject, JsonNumber, roundNumbers, stringifyJson } from '../json.js';
import { notFinite } from './plan/exact-literals.js';

/** The variables of a document in the form in which it is planned. */
interface VariableNames {
  /** The client's names of the variables that have another name in the plan, by that name. */
  clientVariables: ReadonlyMap<string, string>;
  /** The JSON of literals that variables stand for, by the names in the plan. */
  literals: ReadonlyMap<string, string>;
}

/** The variables of one request: the raw values, which subgraphs get, and the coerced values, which decide conditions. */
export class Variables {
  readonly #jsonMembers = new Map<string, string>();

  private constructor(
    /** The values that the client sent, with rounded numbers. */
    readonly rawValues: Readonly<Record<string, unknown>>,
    /** The values that subgraphs get: those that the client sent, with all digits of their numbers. */
    private readonly sentValues: Readonly<Record<string, unknown>>,
    private readonly coercedValues: Readonly<Record<string, unknown>>,
    private readonly names: VariableNames,
  ) {}

  /** The variables of operations that define none. */
  static readonly none = new Variables({}, {}, {}, { clientVariables: new Map(), literals: new Map() });

  /** Coerces the values of variables. Returns the errors if values are invalid. */
  static coerce(
    schema: GraphQLSchema,
    definitions: readonly VariableDefinitionNode[],
    rawValues: Readonly<Record<string, unknown>>,
    names: VariableNames,
  ): Variables | readonly GraphQLError[] {
    if (definitions.length === 0) return names.literals.size === 0 ? Variables.none : new Variables({}, {}, {}, names);
    const isExact = !hasJsonNumber(rawValues);
    const rounded = isExact ? rawValues : (roundNumbers(rawValues) as Record<string, unknown>);
    const { errors, coerced } = getVariableValues(schema, definitions, rounded, { maxErrors: 50, hideSuggestions: true });
    if (errors) return errors.map(toUserInputError);
    if (isExact) return new Variables(rawValues, rawValues, coerced, names);
    try {
      return new Variables(rounded, sentValues(schema, definitions, rawValues), coerced, names);
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  }

  /** Returns the value of a `Boolean!` variable of a `@skip` or `@include`, by its name in the plan or the client's. */
  isTrue(name: string): boolean {
    const clientName = this.names.clientVariables.get(name) ?? name;
    return Object.hasOwn(this.coercedValues, clientName) && this.coercedValues[clientName] === true;
  }

  /** True if the value of a variable is null, by the client's name. */
  isNull(name: string): boolean {
    return Object.hasOwn(this.coercedValues, name) && this.coercedValues[name] === null;
  }

  /** True if the variable is true or has no value, as for `@defer(if:)`, whose default is true. */
  isTrueOrUndefined(name: string): boolean {
    const clientName = this.names.clientVariables.get(name) ?? name;
    return !Object.hasOwn(this.coercedValues, clientName) || this.coercedValues[clientName] === true;
  }

  /**
   * Returns the variables as members of a JSON object (`"name":value,...`), by their names in the plan. Variables without a
   * value are left out: the operation has their defaults.
   */
  toJsonMembers(names: readonly string[]): string {
    let members = '';
    for (const name of names) {
      const member = this.#jsonMember(name);
      if (member !== '') members += members === '' ? member : `,${member}`;
    }
    return members;
  }

  /** Returns one variable as a JSON member; empty if it has no value. */
  #jsonMember(name: string): string {
    let member = this.#jsonMembers.get(name);
    if (member === undefined) {
      const clientName = this.names.clientVariables.get(name) ?? name;
      const value = Object.hasOwn(this.sentValues, clientName) ? stringifyJson(this.sentValues[clientName]) : this.names.literals.get(name);
      this.#jsonMembers.set(name, (member = value === undefined ? '' : `${JSON.stringify(name)}:${value}`));
    }
    return member;
  }
}

const toUserInputError = ({ message, nodes }: GraphQLError): GraphQLError => codedError('BAD_USER_INPUT', message, { nodes });

const hasJsonNumber = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (value instanceof JsonNumber || Object.values(value).some(hasJsonNumber));

/** Returns the values of variables as subgraphs get them. Throws BAD_USER_INPUT for a number that is not finite. */
const sentValues = (
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> => {
  const sent = definitions.flatMap(({ variable: { name }, type }): [string, unknown][] =>
    Object.hasOwn(values, name.value)
      ? [[name.value, sentValue(values[name.value], typeFromAST(schema, type as never) as GraphQLInputType | undefined)]]
      : [],
  );
  return Object.fromEntries(sent);
};

/** Returns a valid value of an input type with all digits of its numbers; those of an Int or ID become integers. */
function sentValue(value: unknown, type: GraphQLInputType | null | undefined): unknown {
  const nullable = type && getNullableType(type);
  if (value instanceof JsonNumber) {
    if (!Number.isFinite(value.valueOf())) throw notFinite(value.toString());
    const name = nullable && getNamedType(nullable).name;
    return name === 'Int' || (name === 'ID' && !/^-?\d+$/.test(value.toString())) ? value.valueOf() : value;
  }
  if (Array.isArray(value)) return value.map((item) => sentValue(item, isListType(nullable) ? nullable.ofType : null));
  if (!isObject(value)) return value;
  const object = isListType(nullable) ? getNamedType(nullable) : nullable; // A single value stands for a list of one.
  const fields = isInputObjectType(object) ? object.getFields() : {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sentValue(item, fields[key]?.type)]));
}
