import { Kind, parse, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';

/** The names of fields that decide which response keys are safe to use in an operation that is planned. */
export interface SupergraphFieldNames {
  /** Fields that plans select themselves: those of keys, `@requires`, `@provides` and contexts. */
  requestedByPlans: ReadonlySet<string>;
  /** Fields that have arguments on at least one type. */
  withArguments: ReadonlySet<string>;
  /** All fields. */
  fields: ReadonlySet<string>;
}

/** The arguments of the supergraph's join directives that are field sets, by directive. */
const FIELD_SETS: Readonly<Record<string, readonly string[]>> = { join__type: ['key'], join__field: ['requires', 'provides'] };

/** Collects the field names of a supergraph. */
export function supergraphFieldNames(supergraph: DocumentNode): SupergraphFieldNames {
  const requestedByPlans = new Set(['__typename']);
  const withArguments = new Set<string>();
  const fields = new Set<string>();
  const addFieldSets = (directives: readonly ConstDirectiveNode[] = []): void =>
    directives.flatMap(fieldSets).forEach((set) => addNames(set, requestedByPlans));
  visit(supergraph, {
    FieldDefinition(node) {
      fields.add(node.name.value);
      if (node.arguments?.length) withArguments.add(node.name.value);
      addFieldSets(node.directives);
    },
    ObjectTypeDefinition: (node) => addFieldSets(node.directives),
    InterfaceTypeDefinition: (node) => addFieldSets(node.directives),
  });
  return { requestedByPlans, withArguments, fields };
}

function fieldSets({ name, arguments: args = [] }: ConstDirectiveNode): string[] {
  const sets = args.flatMap(({ name: { value: argument }, value }) =>
    FIELD_SETS[name.value]?.includes(argument) && value.kind === Kind.STRING ? [value.value] : [],
  );
  // The field set of a `@fromContext` argument is the value of `selection` in a list of objects: `selection: "{ field }"`.
  for (const { value } of args.filter((argument) => argument.name.value === 'contextArguments'))
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
