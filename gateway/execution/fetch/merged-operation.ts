import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type DefinitionNode,
  type FieldNode,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';

const REPRESENTATIONS = 'representations';
const ENTITIES = '_entities';

/** The response key, and the variable, of the n-th of several questions that are asked in one request. */
export const partKey = (index: number): string => `_${index}`;

/**
 * Several questions to `_entities` of one subgraph as one operation: each becomes a field with an alias and a variable of
 * its own for its representations. The client's variables and definitions keep their names.
 */
export function mergedOperation(operations: readonly string[]): string {
  const variables = new Map<string, VariableDefinitionNode>();
  const fields: FieldNode[] = [];
  const fragments: DefinitionNode[] = [];
  const directives = new Map<string, NonNullable<OperationDefinitionNode['directives']>[number]>();
  for (const [index, operation] of operations.entries()) {
    const name = partKey(index);
    const document = visit(parse(operation, { noLocation: true }), {
      Variable: (node) => (node.name.value === REPRESENTATIONS ? { ...node, name: { ...node.name, value: name } } : undefined),
      FragmentSpread: (node) => ({ ...node, name: { ...node.name, value: `${node.name.value}${name}` } }),
      FragmentDefinition: { leave: (node) => ({ ...node, name: { ...node.name, value: `${node.name.value}${name}` } }) },
    });
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) {
        fragments.push(definition);
        continue;
      }
      for (const variable of definition.variableDefinitions ?? []) variables.set(variable.variable.name.value, variable);
      for (const directive of definition.directives ?? []) directives.set(print(directive), directive);
      for (const selection of definition.selectionSet.selections) {
        if (selection.kind === Kind.FIELD && selection.name.value === ENTITIES)
          fields.push({ ...selection, alias: { kind: Kind.NAME, value: name } });
      }
    }
  }
  const merged: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: 'query' as OperationDefinitionNode['operation'],
    variableDefinitions: [...variables.values()],
    directives: [...directives.values()],
    selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
  };
  return stripIgnoredCharacters(print({ kind: Kind.DOCUMENT, definitions: [merged, ...fragments] }));
}
