/** The generated `Prisma` namespace. Its objects `<Model>ScalarFieldEnum` list the fields of each model. */
export type PrismaModels = object;

/** Returns the fields of a model, by name. */
export const fieldsOf = (models: PrismaModels, model: string): object => (models as Record<string, object>)[`${model}ScalarFieldEnum`]!;
