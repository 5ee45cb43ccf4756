import { refuseIf } from '../../shared/errors/user-error.js';
import { RowListLoader, RowLoader } from '../../shared/loader/loaders.js';
import type { Scope, ScopedClient } from '../../shared/tenancy/scope.js';
import type { DocumentChunkStore } from '../document-chunk/document-chunk.store.js';
import { normalizeText } from '../document-chunk/document-chunk.rules.js';
import type { CitationInput } from '../generated/graphql.js';
import type { Citation, PrismaClient } from '../generated/prisma/client.js';
import { sourceProblems } from './citation.rules.js';

export type CitationRow = Citation;

/** A citation whose chunk exists and contains the quote, in the form in which it is stored. */
type ValidCitation = Pick<CitationRow, 'position' | 'chunkId' | 'quote' | 'score'>;

/** The number of citations of a chunk. */
interface CitationCount {
  chunkId: string;
  count: number;
}

export class CitationStore {
  readonly #documentChunks: DocumentChunkStore;
  readonly #ofAnswers: RowListLoader<CitationRow>;
  readonly #counts: RowLoader<CitationCount>;

  constructor(scope: Scope<PrismaClient>, documentChunks: DocumentChunkStore) {
    this.#documentChunks = documentChunks;
    this.#ofAnswers = new RowListLoader(
      (ids) => scope.db.citation.findMany({ where: { answerId: { in: ids } }, orderBy: { position: 'asc' } }),
      (row) => row.answerId,
    );
    this.#counts = new RowLoader(
      async (ids) => {
        const groups = await scope.db.citation.groupBy({ by: ['chunkId'], where: { chunkId: { in: ids } }, _count: true });
        return groups.map(({ chunkId, _count }) => ({ chunkId, count: _count }));
      },
      (row) => row.chunkId,
    );
  }

  ofAnswer(answerId: string): Promise<CitationRow[]> {
    return this.#ofAnswers.load(answerId);
  }

  async countOf(chunkId: string): Promise<number> {
    return (await this.#counts.load(chunkId))?.count ?? 0;
  }

  /** Returns the citations in the form in which they are stored. Refuses unknown chunks and quotes that they do not contain. */
  async validate(transaction: ScopedClient<PrismaClient>, citations: readonly CitationInput[]): Promise<ValidCitation[]> {
    const ids = citations.map(({ chunkId }) => chunkId.toLowerCase());
    const texts = await this.#documentChunks.contentsOf(transaction, ids);
    refuseIf(
      sourceProblems(
        citations,
        ids.map((id) => texts.get(id) ?? null),
      ),
    );
    return citations.map(({ chunkId, quote, score }, index) => ({
      position: index + 1,
      chunkId,
      quote: quote == null ? null : normalizeText(quote),
      score: score ?? null,
    }));
  }

  /** Clears the cached citation counts of chunks that a new answer cites. */
  forgetCounts(chunkIds: readonly string[]): void {
    for (const chunkId of chunkIds) this.#counts.clear(chunkId);
  }
}
