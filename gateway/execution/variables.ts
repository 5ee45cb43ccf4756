import { getVariableValues, type GraphQLError, type GraphQLSchema, type VariableDefinitionNode } from 'graphql';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';

/** The variables of one request: the raw values, which subgraphs get, and the coerced values, which decide conditions. */
export class Variables {
  readonly #jsonMembers = new Map<string, string>();

  private constructor(
    /** The values that the client sent. */
    readonly rawValues: Readonly<Record<string, unknown>>,
    private readonly coercedValues: Readonly<Record<string, unknown>>,
    /** The client's name of each variable that has another name in the plan, by the name in the plan. */
    private readonly clientNames: ReadonlyMap<string, string>,
  ) {}

  /** The variables of operations that define none. */
  static readonly none = new Variables({}, {}, new Map());

  /**
   * Coerces the values of variables. Returns the errors if values are invalid.
   * @param clientNames the client's name of each variable that has another name in the plan, by the name in the plan.
   */
  static coerce(
    schema: GraphQLSchema,
    definitions: readonly VariableDefinitionNode[],
    rawValues: Readonly<Record<string, unknown>>,
    clientNames: ReadonlyMap<string, string>,
  ): Variables | readonly GraphQLError[] {
    if (definitions.length === 0) return Variables.none;
    const { errors, coerced } = getVariableValues(schema, definitions, rawValues, { maxErrors: 50, hideSuggestions: true });
    return errors ? errors.map(toUserInputError) : new Variables(rawValues, coerced, clientNames);
  }

  /** Returns the value of a `Boolean!` variable of a `@skip` or `@include`, by its name in the plan or the client's. */
  isTrue(name: string): boolean {
    const clientName = this.clientNames.get(name) ?? name;
    return Object.hasOwn(this.coercedValues, clientName) && this.coercedValues[clientName] === true;
  }

  /** True if the variable is true or has no value, as for `@defer(if:)`, whose default is true. */
  isTrueOrUndefined(name: string): boolean {
    const clientName = this.clientNames.get(name) ?? name;
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
      const clientName = this.clientNames.get(name) ?? name;
      const value = Object.hasOwn(this.rawValues, clientName) ? JSON.stringify(this.rawValues[clientName]) : undefined;
      this.#jsonMembers.set(name, (member = value === undefined ? '' : `${JSON.stringify(name)}:${value}`));
    }
    return member;
  }
}

const toUserInputError = ({ message, nodes }: GraphQLError): GraphQLError => codedError('BAD_USER_INPUT', message, { nodes });
