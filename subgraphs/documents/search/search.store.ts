import type { Sql } from '@prisma/client/runtime/client';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { DocumentChunkRow, DocumentChunkStore } from '../document-chunk/document-chunk.store.js';
import { INDEX_TABLES, vectorText } from '../document-index/document-index.store.js';
import type { Embedder } from '../embedding/embedder.js';
import type { SearchFilter, SearchInput } from '../generated/graphql.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { checkCount, checkSearch, hybridScore, requiredWords, weightWords, type QueryWord, type WeightedWord } from './search.rules.js';
import {
  highlightsStatement,
  keywordStatement,
  pendingStatement,
  PASSAGE_END,
  signalsStatement,
  similarStatement,
  vectorOfChunkStatement,
  wordsStatement,
  type QueryVector,
  type SearchTable,
} from './search.statement.js';

/** A chunk that a search found. */
export interface SearchHitRow {
  id: string;
  score: number;
  similarity: number | null;
  vectorRank: number | null;
  keywordScore: number | null;
  keywordRank: number | null;
  /** Returns the passages of all hits with words of the query, which are read at the first call. */
  passages(): Promise<ReadonlyMap<string, string[]>>;
}

export interface SearchResultRow {
  hits: SearchHitRow[];
  filter: SearchFilter;
}

interface Signals {
  id: string;
  similarity: number | null;
  keywordScore: number;
}

/** Searches chunks by meaning and by words (docs/adr/0029). */
export class SearchStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #embedder: Embedder;
  readonly #chunks: DocumentChunkStore;

  constructor(scope: Scope<PrismaClient>, embedder: Embedder, chunks: DocumentChunkStore) {
    this.#scope = scope;
    this.#embedder = embedder;
    this.#chunks = chunks;
  }

  /** Throws UNAUTHENTICATED, or BAD_USER_INPUT if the input is not valid. */
  async search(input: SearchInput): Promise<SearchResultRow> {
    void this.#scope.viewer;
    checkSearch(input);
    const { query, mode, minScore } = input;
    const topK = input.topK!; // The schema has a default.
    const filter = input.filter ?? {};
    const [vector, words] = await Promise.all([
      mode === 'KEYWORD' ? null : this.#vectorOf(query),
      mode === 'VECTOR' ? [] : this.#wordsOf(query, filter.collectionIds ?? null),
    ]);
    const [similar, worded] = await Promise.all([vector ? this.#similar(vector, filter, topK) : [], this.#byKeywords(words, filter)]);
    const vectorRanks = ranksOf(similar);
    const keywordRanks = ranksOf(worded);
    const ids = [...new Set([...vectorRanks.keys(), ...keywordRanks.keys()])];
    const signals = await this.#query<Signals>((rows) => signalsStatement(rows, vector, words, ids));
    let read: Promise<ReadonlyMap<string, string[]>> | undefined;
    const passages = () => (read ??= this.#passages(words, ids));
    const hits = signals.map(({ id, similarity, keywordScore }) => ({
      id,
      score: mode === 'VECTOR' ? similarity! : mode === 'KEYWORD' ? keywordScore : hybridScore(similarity, keywordScore),
      similarity: mode === 'KEYWORD' ? null : similarity,
      keywordScore: mode === 'VECTOR' ? null : keywordScore,
      vectorRank: vectorRanks.get(id) ?? null,
      keywordRank: keywordRanks.get(id) ?? null,
      passages,
    }));
    return { hits: best(hits, topK, minScore ?? -Infinity), filter };
  }

  /** Returns the chunks that are most similar to a chunk; none before it is embedded. */
  async related(chunkId: string, first: number): Promise<SearchHitRow[]> {
    checkCount('first', first);
    const { model, dimensions } = this.#embedder;
    const [own] = await this.#query<{ text: string }>((rows) => vectorOfChunkStatement(rows, chunkId, model));
    if (!own) return [];
    const similar = await this.#similar({ text: own.text, model, dimensions }, {}, first + 1);
    const others = similar.filter(({ id }) => id !== chunkId).slice(0, first);
    return others.map(({ id, similarity }, index) => ({
      ...{ id, score: similarity, similarity, vectorRank: index + 1 },
      ...{ keywordScore: null, keywordRank: null, passages: async () => new Map() },
    }));
  }

  async pendingCount(filter: SearchFilter): Promise<number> {
    const [row] = await this.#query<{ count: number }>((rows) => pendingStatement(rows, this.#embedder.model, filter));
    return row!.count;
  }

  chunkOf({ id }: SearchHitRow): Promise<DocumentChunkRow> {
    return this.#chunks.byIdOrThrow(id);
  }

  async highlightsOf({ id, passages }: SearchHitRow): Promise<string[]> {
    return (await passages()).get(id) ?? [];
  }

  #query<Row>(statement: (rows: (table: SearchTable) => Sql) => Sql): Promise<Row[]> {
    return this.#scope.queryTables((rowsOf) => statement((table) => rowsOf(INDEX_TABLES[table])));
  }

  async #vectorOf(query: string): Promise<QueryVector> {
    const [vector] = await this.#embedder.embed([query], 'query');
    return { text: vectorText(vector!), model: this.#embedder.model, dimensions: this.#embedder.dimensions };
  }

  async #wordsOf(query: string, collectionIds: readonly string[] | null): Promise<WeightedWord[]> {
    const rows = await this.#query<QueryWord & { total: number }>((rows) => wordsStatement(rows, query, collectionIds));
    return weightWords(rows, rows[0]?.total ?? 0);
  }

  /** Returns the most similar chunks. If the index found fewer than needed, which a selective filter may cause, compares all chunks. */
  async #similar(vector: QueryVector, filter: SearchFilter, topK: number): Promise<{ id: string; similarity: number }[]> {
    const read = (isExact: boolean) =>
      this.#query<{ id: string; similarity: number }>((rows) => similarStatement(rows, vector, filter, { isExact }));
    const found = await read(false);
    return found.length < topK ? read(true) : found;
  }

  async #passages(words: readonly WeightedWord[], ids: readonly string[]): Promise<ReadonlyMap<string, string[]>> {
    if (words.length === 0) return new Map();
    const lexemes = words.map(({ lexeme }) => lexeme);
    const found = await this.#query<{ id: string; passages: string }>((rows) => highlightsStatement(rows, lexemes, ids));
    return new Map(found.map(({ id, passages }) => [id, passages.split(PASSAGE_END)]));
  }

  async #byKeywords(words: readonly WeightedWord[], filter: SearchFilter): Promise<{ id: string }[]> {
    if (words.length === 0) return [];
    return this.#query((rows) => keywordStatement(rows, words, requiredWords(words), filter));
  }
}

const ranksOf = (rows: readonly { id: string }[]): ReadonlyMap<string, number> => new Map(rows.map(({ id }, index) => [id, index + 1]));

const best = (hits: SearchHitRow[], topK: number, minScore: number): SearchHitRow[] =>
  hits
    .filter(({ score }) => score >= minScore)
    .sort((one, other) => other.score - one.score || (one.id < other.id ? -1 : 1))
    .slice(0, topK);
