import { refuseIf } from '../../shared/errors/user-error.js';
import { RowListLoader, RowLoader } from '../../shared/loader/loaders.js';
import type { Scope, ScopedClient } from '../../shared/tenancy/scope.js';
import type { DocumentChunkStore } from '../document-chunk/document-chunk.store.js';
import { normalText } from '../document-chunk/document-chunk.rules.js';
import type { CitationInput } from '../generated/graphql.js';
import type { Citation, PrismaClient } from '../generated/prisma/client.js';
import { sourceProblems } from './citation.rules.js';

export type CitationRow = Citation;

/** A citation as an answer keeps it. */
type Checked = Pick<CitationRow, 'position' | 'chunkId' | 'quote' | 'score'>;

/** How often a chunk is cited. */
interface Count {
  chunkId: string;
  count: number;
}

export class CitationStore {
  readonly #documentChunks: DocumentChunkStore;
  readonly #ofAnswers: RowListLoader<CitationRow>;
  readonly #counts: RowLoader<Count>;

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

  /** The citations as an answer keeps them; refuses unknown chunks and words that are not in them. */
  async checked(transaction: ScopedClient<PrismaClient>, citations: readonly CitationInput[]): Promise<Checked[]> {
    const ids = citations.map(({ chunkId }) => chunkId.toLowerCase());
    const texts = await this.#documentChunks.textsOf(transaction, ids);
    refuseIf(
      sourceProblems(
        citations,
        ids.map((id) => texts.get(id) ?? null),
      ),
    );
    return citations.map(({ chunkId, quote, score }, index) => ({
      position: index + 1,
      chunkId,
      quote: quote == null ? null : normalText(quote),
      score: score ?? null,
    }));
  }

  /** Forgets what this request counted of chunks that a new answer cites. */
  changed(chunkIds: readonly string[]): void {
    for (const chunkId of chunkIds) this.#counts.clear(chunkId);
  }
}
