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

/** Caches the merged operations of one plan. */
export class MergedOperations {
  /** By the ids of the entity queries, joined by commas. */
  readonly #operationJsons = new Map<string, string>();

  /** Returns the JSON string literal of the operation that runs several entity queries of the plan. */
  operationJson(queries: readonly { entityQueryId: number; operation: string }[]): string {
    const key = queries.map(({ entityQueryId }) => entityQueryId).join();
    let json = this.#operationJsons.get(key);
    if (json === undefined) {
      json = JSON.stringify(mergeEntityQueries(queries.map(({ operation }) => operation)));
      this.#operationJsons.set(key, json);
    }
    return json;
  }
}

/** Returns the response key, and the variable name, of the query at an index of a merged operation. */
export const entityQueryKey = (index: number): string => `_${index}`;

/**
 * Merges several `_entities` queries of one subgraph into one operation. Each query becomes a field with its own alias, and
 * its representations become a variable of that name. The client's variables keep their names; fragments get the alias as a suffix.
 */
function mergeEntityQueries(operations: readonly string[]): string {
  const variables = new Map<string, VariableDefinitionNode>();
  const fields: FieldNode[] = [];
  const fragments: DefinitionNode[] = [];
  const directives = new Map<string, NonNullable<OperationDefinitionNode['directives']>[number]>();
  for (const [index, operation] of operations.entries()) {
    const key = entityQueryKey(index);
    const document = visit(parse(operation, { noLocation: true }), {
      Variable: (node) => (node.name.value === REPRESENTATIONS ? { ...node, name: { ...node.name, value: key } } : undefined),
      FragmentSpread: (node) => ({ ...node, name: { ...node.name, value: `${node.name.value}${key}` } }),
      FragmentDefinition: { leave: (node) => ({ ...node, name: { ...node.name, value: `${node.name.value}${key}` } }) },
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
          fields.push({ ...selection, alias: { kind: Kind.NAME, value: key } });
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
