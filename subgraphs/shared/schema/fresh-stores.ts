import { defaultFieldResolver, type GraphQLSchema } from 'graphql';

/** A context that can make its stores anew. */
export interface RenewableContext {
  createStores(): object;
  /** Whether a mutation has had the stores that it was made with. */
  isUsed?: boolean;
}

/**
 * Gives each field of Mutation stores of its own. Stores remember what they read; mutations of one request run one after
 * another, and each must answer what is true after it and not what the one before it saw.
 */
export function withFreshStores(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve = defaultFieldResolver } = field;
    field.resolve = (source, args, context: RenewableContext, info) => {
      if (context.isUsed) Object.assign(context, context.createStores());
      context.isUsed = true;
      return resolve(source, args, context, info);
    };
  }
  return schema;
}
