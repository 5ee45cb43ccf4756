import { Kind, parse, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';

/** Names of fields that matter for the response keys that an operation is planned with. */
export interface PlannerNames {
  /** Fields that plans ask for by themselves: those of keys, of `@requires`, `@provides` and contexts. */
  asked: ReadonlySet<string>;
  /** Fields that take arguments in some type. */
  withArguments: ReadonlySet<string>;
  /** All fields. */
  fields: ReadonlySet<string>;
}

/** Arguments of the supergraph's own directives that are field sets, by directive. */
const FIELD_SETS: Readonly<Record<string, readonly string[]>> = { join__type: ['key'], join__field: ['requires', 'provides'] };

/** Reads them from a supergraph. */
export function plannerNames(supergraph: DocumentNode): PlannerNames {
  const asked = new Set(['__typename']);
  const withArguments = new Set<string>();
  const fields = new Set<string>();
  const read = (directives: readonly ConstDirectiveNode[] = []): void =>
    directives.flatMap(fieldSets).forEach((set) => addNames(set, asked));
  visit(supergraph, {
    FieldDefinition(node) {
      fields.add(node.name.value);
      if (node.arguments?.length) withArguments.add(node.name.value);
      read(node.directives);
    },
    ObjectTypeDefinition: (node) => read(node.directives),
    InterfaceTypeDefinition: (node) => read(node.directives),
  });
  return { asked, withArguments, fields };
}

function fieldSets({ name, arguments: given = [] }: ConstDirectiveNode): string[] {
  const sets = given.flatMap(({ name: { value: argument }, value }) =>
    FIELD_SETS[name.value]?.includes(argument) && value.kind === Kind.STRING ? [value.value] : [],
  );
  // What a `@fromContext` argument reads stands in a list of objects, as `selection: "{ field }"` behind the context's name.
  for (const { value } of given.filter((argument) => argument.name.value === 'contextArguments'))
    visit(value, {
      ObjectField: ({ name: { value: field }, value: set }) =>
        void (field === 'selection' && set.kind === Kind.STRING && sets.push(set.value)),
    });
  return sets;
}

function addNames(fieldSet: string, names: Set<string>): void {
  const text = fieldSet.trim();
  visit(parse(text.startsWith('{') ? text : `{${text}}`, { noLocation: true }), { Field: (node) => void names.add(node.name.value) });
}
