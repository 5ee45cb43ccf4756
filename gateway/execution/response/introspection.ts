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

/** The schema and the parts of the client's operation that resolve an introspection field (`__schema`, `__type`). */
export interface IntrospectionScope {
  schema: GraphQLSchema;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  variableDefinitions: readonly VariableDefinitionNode[];
  /** The values of the variables, as the client sent them. */
  variableValues: Readonly<Record<string, unknown>>;
}

/** Returns the value of an introspection field, executed on the API schema. Throws the GraphQLError of the field. */
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
    variableValues: scope.variableValues,
  });
  if (errors?.[0]) throw errors[0];
  return Object.values(data!)[0] as Json;
}
