import { getVariableValues, GraphQLError, type GraphQLSchema, type VariableDefinitionNode } from 'graphql';

/** The variables of one request: the raw values, which subgraphs get, and the coerced values, which decide conditions. */
export class Variables {
  readonly #jsonMembers = new Map<string, string>();

  private constructor(
    /** The values that the client sent. */
    readonly rawValues: Readonly<Record<string, unknown>>,
    private readonly coercedValues: Readonly<Record<string, unknown>>,
    /** The client's names of the variables that have another name in the plan, by that name. */
    private readonly clientNames: ReadonlyMap<string, string>,
  ) {}

  static readonly none = new Variables({}, {}, new Map());

  /**
   * Coerces the values of variables. Returns the errors if values are invalid.
   * @param clientNames the client's names of the variables that have another name in the plan, by that name.
   */
  static coerce(
    schema: GraphQLSchema,
    definitions: readonly VariableDefinitionNode[],
    given: Readonly<Record<string, unknown>>,
    names: ReadonlyMap<string, string>,
  ): Variables | readonly GraphQLError[] {
    if (definitions.length === 0) return Variables.none;
    const { errors, coerced } = getVariableValues(schema, definitions, given, { maxErrors: 50, hideSuggestions: true });
    return errors ? errors.map(toUserInputError) : new Variables(given, coerced, names);
  }

  /** Returns the value of a `Boolean!` variable of a `@skip` or `@include`, by its name in the plan or the client's. */
  isTrue(name: string): boolean {
    const own = this.clientNames.get(name) ?? name;
    return Object.hasOwn(this.coercedValues, own) && this.coercedValues[own] === true;
  }

  /** True if the variable is true or has no value, as for `@defer(if:)`, whose default is true. */
  isTrueOrUndefined(name: string): boolean {
    const own = this.clientNames.get(name) ?? name;
    return !Object.hasOwn(this.coercedValues, own) || this.coercedValues[own] === true;
  }

  /**
   * Returns the variables as members of a JSON object (`"name":value,...`), by their names in the plan. Variables without a
   * value are left out: the operation has their defaults.
   */
  toJsonMembers(names: readonly string[]): string {
    let text = '';
    for (const name of names) {
      const value = this.#jsonMember(name);
      if (value !== '') text += text === '' ? value : `,${value}`;
    }
    return text;
  }

  #jsonMember(name: string): string {
    let text = this.#jsonMembers.get(name);
    if (text === undefined) {
      const own = this.clientNames.get(name) ?? name;
      const value = Object.hasOwn(this.rawValues, own) ? JSON.stringify(this.rawValues[own]) : undefined;
      this.#jsonMembers.set(name, (text = value === undefined ? '' : `${JSON.stringify(name)}:${value}`));
    }
    return text;
  }
}

const toUserInputError = ({ message, nodes }: GraphQLError): GraphQLError =>
  new GraphQLError(message, { nodes, extensions: { code: 'BAD_USER_INPUT' } });
