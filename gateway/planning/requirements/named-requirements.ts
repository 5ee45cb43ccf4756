import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type StringValueNode,
} from 'graphql';
import { RESERVED_KEY_PREFIX } from '../planner.js';

/** A field of a field set, with its arguments. */
export type FieldWithArguments = Pick<FieldNode, 'name' | 'arguments'>;

/** A supergraph whose field sets have no arguments. */
export interface NamedRequirements {
  supergraph: DocumentNode;
  /** The original field and arguments of each field that was added to the supergraph, by the added field's name. */
  originalFields: ReadonlyMap<string, FieldWithArguments>;
}

/** The arguments of `@join__field`, and of the contexts in it, that are field sets whose fields may have arguments. */
const FIELD_SETS: ReadonlySet<string | undefined> = new Set(['requires', 'selection']);

/**
 * Adds a field without arguments to the supergraph for each field with arguments that a `@requires` or `@fromContext` reads,
 * such as `_required_1_price` for `price(currency: EUR)`. The planner uses the field's name as the response key of a required
 * field, and would therefore fetch only one of two prices in different currencies. Returns null if no field set has arguments.
 */
export function nameRequirements(supergraph: DocumentNode): NamedRequirements | null {
  const names = new RequirementNames(supergraph);
  const rewritten = visit(supergraph, {
    FieldDefinition: (node) => ({ ...node, directives: node.directives?.map((directive) => names.rewrite(directive)) }),
  });
  if (names.fields.size === 0) return null;
  const withAddedFields = <Node extends ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>(node: Node): Node => ({
    ...node,
    fields: node.fields?.flatMap((field) => [field, ...names.addedFieldsFor(field)]),
  });
  return {
    supergraph: visit(rewritten, { ObjectTypeDefinition: withAddedFields, InterfaceTypeDefinition: withAddedFields }),
    originalFields: names.fields,
  };
}

class RequirementNames {
  /** The original fields by the names of the added ones. */
  readonly fields = new Map<string, FieldWithArguments>();
  /** The names of the added fields, by the original field and arguments as text. */
  readonly #byText = new Map<string, string>();
  readonly #usedNames = new Set<string>();

  constructor(supergraph: DocumentNode) {
    visit(supergraph, { FieldDefinition: ({ name }) => void this.#usedNames.add(name.value) });
  }

  /** Returns a directive of a field with the new names in its field sets. */
  rewrite(directive: ConstDirectiveNode): ConstDirectiveNode {
    if (directive.name.value !== 'join__field') return directive;
    return visit(directive, {
      StringValue: (node, _key, parent) =>
        parent && 'name' in parent && FIELD_SETS.has(parent.name?.value) ? this.#rewriteFieldSet(node) : undefined,
    });
  }

  /**
   * Returns the added fields that stand for a field with arguments. They have its join directives: the same subgraphs and
   * requirements.
   */
  addedFieldsFor(field: FieldDefinitionNode): FieldDefinitionNode[] {
    const argumentNames = new Set(field.arguments?.map(({ name }) => name.value));
    const isReplacedBy = (required: FieldWithArguments): boolean =>
      required.name.value === field.name.value && required.arguments!.every(({ name }) => argumentNames.has(name.value));
    return [...this.fields]
      .filter(([, required]) => isReplacedBy(required))
      .map(([name]) => ({
        kind: Kind.FIELD_DEFINITION,
        name: { kind: Kind.NAME, value: name },
        type: field.type,
        directives: field.directives?.filter((directive) => directive.name.value === 'join__field'),
      }));
  }

  #rewriteFieldSet(node: StringValueNode): StringValueNode {
    const set = visit(parseFieldSet(node.value), {
      Field: {
        leave: (field) =>
          field.arguments?.length ? { ...field, name: { kind: Kind.NAME, value: this.#addedName(field) }, arguments: [] } : undefined,
      },
    });
    const value = stripIgnoredCharacters(print(set));
    return { kind: Kind.STRING, value: hasBraces(node.value) ? value : value.slice(1, -1) };
  }

  /** Returns the name of the added field for a field with arguments, and adds it if it is new. */
  #addedName({ name, arguments: args }: FieldNode): string {
    const text = `${name.value}(${args!.map(print).sort().join()})`;
    const known = this.#byText.get(text);
    if (known) return known;
    let number = this.#byText.size + 1;
    const candidate = (): string => `${RESERVED_KEY_PREFIX}${number}_${name.value}`;
    while (this.#usedNames.has(candidate())) number++;
    const unusedName = candidate();
    this.#usedNames.add(unusedName);
    this.#byText.set(text, unusedName);
    this.fields.set(unusedName, { name, arguments: args });
    return unusedName;
  }
}

/** Parses a field set, with or without braces around it. */
export function parseFieldSet(text: string): SelectionSetNode {
  const document = parse(hasBraces(text) ? text : `{${text}}`, { noLocation: true });
  return (document.definitions[0] as OperationDefinitionNode).selectionSet;
}

const hasBraces = (fieldSet: string): boolean => fieldSet.trim().startsWith('{');
