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
import { RESERVED_KEY } from '../planner.js';

/** A field with its arguments, as a field set asks for it. */
export type RequiredField = Pick<FieldNode, 'name' | 'arguments'>;

/** A supergraph in which field sets name no arguments. */
export interface NamedRequirements {
  supergraph: DocumentNode;
  /** What the fields that it has beside those of the original stand for, by their names. */
  fields: ReadonlyMap<string, RequiredField>;
}

/** The arguments of a field's directive, and of a context within it, that are field sets which may have arguments. */
const FIELD_SETS: ReadonlySet<string | undefined> = new Set(['requires', 'selection']);

/**
 * The supergraph with a field of its own, without arguments, for each field with arguments that a `@requires` or a
 * `@fromContext` reads: `_required_1_price` for `price(currency: EUR)`. The planner asks for each field of a field set under
 * its own name, so that of two requirements of one `price` it would keep one. Null where no field set has arguments.
 */
export function nameRequirements(supergraph: DocumentNode): NamedRequirements | null {
  const names = new RequirementNames(supergraph);
  const rewritten = visit(supergraph, {
    FieldDefinition: (node) => ({ ...node, directives: node.directives?.map((one) => names.rewrite(one)) }),
  });
  if (names.fields.size === 0) return null;
  const complete = <Node extends ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>(node: Node): Node => ({
    ...node,
    fields: node.fields?.flatMap((field) => [field, ...names.fieldsFor(field)]),
  });
  return { supergraph: visit(rewritten, { ObjectTypeDefinition: complete, InterfaceTypeDefinition: complete }), fields: names.fields };
}

class RequirementNames {
  readonly fields = new Map<string, RequiredField>();
  readonly #byText = new Map<string, string>();
  readonly #taken = new Set<string>();

  constructor(supergraph: DocumentNode) {
    visit(supergraph, { FieldDefinition: ({ name }) => void this.#taken.add(name.value) });
  }

  /** A directive of a field, with the new names in its field sets. */
  rewrite(directive: ConstDirectiveNode): ConstDirectiveNode {
    if (directive.name.value !== 'join__field') return directive;
    return visit(directive, {
      StringValue: (node, _key, parent) =>
        parent && 'name' in parent && FIELD_SETS.has(parent.name?.value) ? this.#fieldSet(node) : undefined,
    });
  }

  /** The fields that stand for this one with arguments: resolved where it is, and by what it requires itself. */
  fieldsFor(field: FieldDefinitionNode): FieldDefinitionNode[] {
    const takes = new Set(field.arguments?.map(({ name }) => name.value));
    const standsIn = (required: RequiredField): boolean =>
      required.name.value === field.name.value && required.arguments!.every(({ name }) => takes.has(name.value));
    return [...this.fields]
      .filter(([, required]) => standsIn(required))
      .map(([name]) => ({
        kind: Kind.FIELD_DEFINITION,
        name: { kind: Kind.NAME, value: name },
        type: field.type,
        directives: field.directives?.filter((directive) => directive.name.value === 'join__field'),
      }));
  }

  #fieldSet(text: StringValueNode): StringValueNode {
    const set = visit(parseFieldSet(text.value), {
      Field: {
        leave: (node) =>
          node.arguments?.length ? { ...node, name: { kind: Kind.NAME, value: this.#nameOf(node) }, arguments: [] } : undefined,
      },
    });
    const value = stripIgnoredCharacters(print(set));
    return { kind: Kind.STRING, value: hasBraces(text.value) ? value : value.slice(1, -1) };
  }

  #nameOf({ name, arguments: given }: FieldNode): string {
    const text = `${name.value}(${given!.map(print).sort().join()})`;
    const known = this.#byText.get(text);
    if (known) return known;
    let number = this.#byText.size + 1;
    const candidate = (): string => `${RESERVED_KEY}${number}_${name.value}`;
    while (this.#taken.has(candidate())) number++;
    const made = candidate();
    this.#taken.add(made);
    this.#byText.set(text, made);
    this.fields.set(made, { name, arguments: given });
    return made;
  }
}

/** A field set, which may have its braces or not. */
export function parseFieldSet(text: string): SelectionSetNode {
  const document = parse(hasBraces(text) ? text : `{${text}}`, { noLocation: true });
  return (document.definitions[0] as OperationDefinitionNode).selectionSet;
}

const hasBraces = (fieldSet: string): boolean => fieldSet.trim().startsWith('{');
