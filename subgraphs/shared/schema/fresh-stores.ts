import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import { currentDeadline } from '../deadline/current-deadline.js';

/** A context that can replace its stores with new ones. */
export interface RenewableContext {
  createStores(): object;
  /** True if a mutation has used the present stores. */
  isUsed?: boolean;
}

/**
 * Gives each field of Mutation stores of its own. Stores cache the rows that they read; the mutations of a request run one after
 * another, and each must return the state after it, not what an earlier one has cached. Their errors tell what each has changed.
 */
export function withFreshStores(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve = defaultFieldResolver } = field;
    field.resolve = (source, args, context: RenewableContext, info) => {
      if (context.isUsed) Object.assign(context, context.createStores());
      context.isUsed = true;
      currentDeadline()?.beginMutation();
      return resolve(source, args, context, info);
    };
  }
  return schema;
}
