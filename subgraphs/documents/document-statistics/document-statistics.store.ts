import type { Scope } from '../../shared/tenancy/scope.js';
import type { PrismaClient } from '../generated/prisma/client.js';

/** The resolver object of `DocumentStatistics`: its methods are fields, so that each count is read only when selected. */
export class DocumentStatisticsStore {
  readonly #scope: Scope<PrismaClient>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
  }

  collectionCount = (): Promise<number> => this.#scope.db.collection.count();

  documentCount = (): Promise<number> => this.#scope.db.document.count();

  chunkCount = (): Promise<number> => this.#scope.db.documentChunk.count();

  answerCount = (): Promise<number> => this.#scope.db.answer.count();

  ratedAnswerCount = (): Promise<number> => this.#scope.db.answer.count({ where: { feedback: { some: {} } } });
}
