import { executeSync, GraphQLObjectType, GraphQLSchema, Kind, OperationTypeNode, type GraphQLFieldResolver } from 'graphql';
import type { ObjectValue } from './data.js';
import { selectionSet } from './graph.js';

/**
 * Reads the values that a `@requires` or a context selects from the data itself; graphql-js says which of them fail, and what a
 * failing one takes along. `schema` has all fields, those too that clients do not see.
 */
export function requirements(schema: GraphQLSchema, fieldResolver: GraphQLFieldResolver<ObjectValue | undefined, unknown>) {
  const rooted = new Map<string, GraphQLSchema>();
  const asRoot = (name: string): GraphQLSchema => {
    let root = rooted.get(name);
    if (!root) {
      const query = schema.getType(name);
      if (!(query instanceof GraphQLObjectType)) throw new Error(`${name} is no object type`);
      rooted.set(name, (root = new GraphQLSchema({ ...schema.toConfig(), query, mutation: null })));
    }
    return root;
  };
  return (fields: string, entity: ObjectValue) =>
    executeSync({
      schema: asRoot(entity.__typename),
      document: {
        kind: Kind.DOCUMENT,
        definitions: [{ kind: Kind.OPERATION_DEFINITION, operation: OperationTypeNode.QUERY, selectionSet: selectionSet(fields) }],
      },
      rootValue: entity,
      fieldResolver,
    }).data as Record<string, unknown> | null;
}
