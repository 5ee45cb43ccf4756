import { getVariableValues, type GraphQLError, type GraphQLSchema, type VariableDefinitionNode } from 'graphql';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';

/** The variables of one request: as the client gave them (that is what subgraphs get), and coerced (for conditions). */
export class Variables {
  readonly #texts = new Map<string, string>();

  private constructor(
    /** As the client gave them. */
    readonly given: Readonly<Record<string, unknown>>,
    private readonly coerced: Readonly<Record<string, unknown>>,
    private readonly names: ReadonlyMap<string, string>,
  ) {}

  static readonly none = new Variables({}, {}, new Map());

  /** The variables, or the errors that say what is wrong with them. Names are those that the plan has for some of them. */
  static read(
    schema: GraphQLSchema,
    definitions: readonly VariableDefinitionNode[],
    given: Readonly<Record<string, unknown>>,
    names: ReadonlyMap<string, string>,
  ): Variables | readonly GraphQLError[] {
    if (definitions.length === 0) return Variables.none;
    const { errors, coerced } = getVariableValues(schema, definitions, given, { maxErrors: 50, hideSuggestions: true });
    return errors ? errors.map(badValue) : new Variables(given, coerced, names);
  }

  /** The value of a `Boolean!` variable that decides on a `@skip` or `@include`; by the plan's name for it, or the client's. */
  isTrue(name: string): boolean {
    const own = this.names.get(name) ?? name;
    return Object.hasOwn(this.coerced, own) && this.coerced[own] === true;
  }

  /** The same for a condition that is true where nothing is said of it. */
  isTrueOrLeftOut(name: string): boolean {
    const own = this.names.get(name) ?? name;
    return !Object.hasOwn(this.coerced, own) || this.coerced[own] === true;
  }

  /** `"name":value,...` of those that the client gave, by the plan's names; the others have their defaults in the operation. */
  text(names: readonly string[]): string {
    let text = '';
    for (const name of names) {
      const value = this.#text(name);
      if (value !== '') text += text === '' ? value : `,${value}`;
    }
    return text;
  }

  #text(name: string): string {
    let text = this.#texts.get(name);
    if (text === undefined) {
      const own = this.names.get(name) ?? name;
      const value = Object.hasOwn(this.given, own) ? JSON.stringify(this.given[own]) : undefined;
      this.#texts.set(name, (text = value === undefined ? '' : `${JSON.stringify(name)}:${value}`));
    }
    return text;
  }
}

const badValue = ({ message, nodes }: GraphQLError): GraphQLError => codedError('BAD_USER_INPUT', message, { nodes });
