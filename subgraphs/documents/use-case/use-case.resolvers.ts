import type { UseCaseResolvers } from '../generated/graphql.js';

export const UseCase: UseCaseResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  chunks: ({ id }, args, { documentChunks }) => documentChunks.ofUseCase(id, args),
};
