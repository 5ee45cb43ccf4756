import {
  executeSync,
  Kind,
  OperationTypeNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';
import type { Json } from '../../json.js';

/** What an introspection field (`__schema`, `__type`) of a client's operation is answered from. */
export interface IntrospectionScope {
  schema: GraphQLSchema;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  variableDefinitions: readonly VariableDefinitionNode[];
  /** As the client gave them. */
  given: Readonly<Record<string, unknown>>;
}

/** The value of an introspection field, from the schema that clients see. */
export function introspect(scope: IntrospectionScope, nodes: readonly FieldNode[]): Json {
  const { data, errors } = executeSync({
    schema: scope.schema,
    document: {
      kind: Kind.DOCUMENT,
      definitions: [
        {
          kind: Kind.OPERATION_DEFINITION,
          operation: OperationTypeNode.QUERY,
          variableDefinitions: scope.variableDefinitions,
          selectionSet: { kind: Kind.SELECTION_SET, selections: nodes },
        },
        ...Object.values(scope.fragments),
      ],
    },
    rootValue: {},
    variableValues: scope.given,
  });
  if (errors?.[0]) throw errors[0];
  return Object.values(data!)[0] as Json;
}
