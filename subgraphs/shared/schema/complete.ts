import type { GraphQLScalarType } from 'graphql';

/** The fields of a type that its row does not have, so that each of them needs a resolver. */
type FieldsToResolve<TypeResolvers, Row> = Exclude<keyof TypeResolvers, keyof Row | '__resolveReference' | '__isTypeOf'>;

/** The resolvers of one type. A field that the row does not have and that has no resolver is a compile error, not a null at run time. */
export type Complete<TypeResolvers, Row> = TypeResolvers & Required<Pick<TypeResolvers, FieldsToResolve<TypeResolvers, Row>>>;

/** The row of a type. Root types have none. */
type RowOf<Rows, Name> = Name extends 'Query' | 'Mutation' | 'Subscription' ? object : Name extends keyof Rows ? Rows[Name] : object;

/**
 * The resolver map of a subgraph: `Resolvers` and `ResolversParentTypes` are the types that codegen made of its SDL. A root
 * field, or a type with a field that its row does not have, must be in the map: leaving it out is a compile error.
 */
export type CompleteResolvers<Resolvers, Rows> = Resolvers & {
  [
    Name in keyof Resolvers as NonNullable<Resolvers[Name]> extends GraphQLScalarType
      ? never
      : [FieldsToResolve<NonNullable<Resolvers[Name]>, RowOf<Rows, Name>>] extends [never]
        ? never
        : Name
  ]-?: Complete<NonNullable<Resolvers[Name]>, RowOf<Rows, Name>>;
};
