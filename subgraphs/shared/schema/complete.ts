/**
 * A type's resolvers where none may be missing: every field that the row does not hold must be answered, so that a
 * field which nobody resolves is a compile error and not a null at run time.
 */
export type Complete<Resolvers, Row> = Resolvers & Required<Omit<Resolvers, keyof Row | '__resolveReference' | '__isTypeOf'>>;
