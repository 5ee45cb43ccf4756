/** The generated `Prisma` namespace: its `<Model>ScalarFieldEnum` objects say which fields a model has. */
export type Models = object;

/** The fields of a model, by name. */
export const fieldsOf = (models: Models, model: string): object => (models as Record<string, object>)[`${model}ScalarFieldEnum`]!;
