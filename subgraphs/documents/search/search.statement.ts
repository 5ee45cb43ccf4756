import { empty, join, raw, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import type { INDEX_TABLES } from '../document-index/document-index.store.js';
import type { SearchFilter } from '../generated/graphql.js';
import type { WeightedWord } from './search.rules.js';

/** A table that a search reads. */
export type SearchTable = keyof typeof INDEX_TABLES;

/** Returns the SQL for a table in FROM: the rows of the organization. */
type Rows = (table: SearchTable) => Sql;

/** The number of candidates that each signal contributes. */
const CANDIDATES = 100;

/** A vector in pgvector's notation, and the space that it belongs to. */
export interface QueryVector {
  text: string;
  model: string;
  dimensions: number;
}

/** Returns the words of a query in their dictionary form, each with the number of chunks that contain it, and the number of all chunks. */
export const wordsStatement = (rows: Rows, query: string, collectionIds: readonly string[] | null): Sql => sql`
  SELECT word.lexeme, coalesce(sum(counted.chunk_count), 0)::int AS "chunkCount",
    (SELECT coalesce(sum(collection.counted_chunks), 0)::int FROM ${rows('collections')} AS collection
      WHERE ${collectionIds === null ? sql`true` : sql`collection.id = ANY (${collectionIds}::uuid[])`}) AS total
  FROM unnest(tsvector_to_array(to_tsvector('english', translate(${query}::text, './-', '   ')))) AS word (lexeme)
  LEFT JOIN ${rows('lexemeCounts')} AS counted ON counted.lexeme = word.lexeme
    ${collectionIds === null ? empty : sql`AND counted.collection_id = ANY (${collectionIds}::uuid[])`}
  GROUP BY word.lexeme`;

/** Returns the condition of a filter on the aliases `chunk` and `document`. */
const filterCondition = (filter: SearchFilter): Sql =>
  join(
    [
      sql`true`,
      ...(filter.collectionIds ? [sql`chunk.collection_id = ANY (${filter.collectionIds}::uuid[])`] : []),
      ...(filter.documentId ? [sql`chunk.document_id = ${filter.documentId}::uuid`] : []),
      ...(filter.version != null ? [sql`document.version = ${filter.version}::text`] : []),
      ...(filter.contentType ? [sql`chunk.content_type = ${filter.contentType}::"ChunkContentType"`] : []),
      ...(filter.useCaseId ? [sql`chunk.use_case_id = ${filter.useCaseId}::uuid`] : []),
      ...(filter.metadata != null ? [sql`document.metadata @> ${JSON.stringify(filter.metadata)}::jsonb`] : []),
    ],
    ' AND ',
  );

/** Returns the joins of the rows that a filter reads to the alias `candidate`, which has a `chunk_id`. */
const filterJoins = (rows: Rows, filter: SearchFilter): Sql => {
  const readsDocument = filter.version != null || filter.metadata != null;
  return sql`JOIN ${rows('chunks')} AS chunk ON chunk.id = candidate.chunk_id
    ${readsDocument ? sql`JOIN ${rows('documents')} AS document ON document.id = chunk.document_id` : empty}`;
};

/** Returns the chunks of a filter that are most similar to a vector, the most similar first. Reads the HNSW index if it pays. */
export function similarStatement(rows: Rows, vector: QueryVector, filter: SearchFilter, { isExact }: { isExact: boolean }): Sql {
  const { dimensions, model, text } = vector;
  const type = raw(`halfvec(${dimensions})`);
  // pgvector's operator returns the negative inner product. An expression around it keeps the planner from the index.
  const distance = sql`candidate.embedding::${type} <#> ${text}::${type}`;
  return sql`
    SELECT candidate.chunk_id AS id, -(${distance})::float8 AS similarity
    FROM ${rows('embeddings')} AS candidate ${filterJoins(rows, filter)}
    WHERE candidate.dimensions = ${raw(String(dimensions))} AND candidate.model = ${model}::text AND ${filterCondition(filter)}
    ORDER BY ${isExact ? sql`(${distance}) + 0` : distance} LIMIT ${CANDIDATES}::int`;
}

/** Returns the chunks of a filter with the largest keyword score. Candidates contain one of the words that `required` lists. */
export const keywordStatement = (rows: Rows, words: readonly WeightedWord[], required: readonly string[], filter: SearchFilter): Sql => sql`
  SELECT candidate.chunk_id AS id, (${keywordScore(words)})::float8 AS "keywordScore"
  FROM ${rows('contents')} AS candidate ${filterJoins(rows, filter)}
  WHERE candidate.lexemes @@ ${anyOf(required)} AND ${filterCondition(filter)}
  ORDER BY 2 DESC, 1 LIMIT ${CANDIDATES}::int`;

/** Returns both signals of given chunks. The similarity is null for a chunk without a vector. */
export const signalsStatement = (
  rows: Rows,
  vector: QueryVector | null,
  words: readonly WeightedWord[],
  ids: readonly string[],
): Sql => sql`
  SELECT candidate.chunk_id AS id, (${keywordScore(words)})::float8 AS "keywordScore",
    ${
      vector === null
        ? sql`NULL`
        : sql`(SELECT -(embedding.embedding <#> ${vector.text}::halfvec)::float8 FROM ${rows('embeddings')} AS embedding
      WHERE embedding.chunk_id = candidate.chunk_id AND embedding.model = ${vector.model}::text)`
    } AS similarity
  FROM ${rows('contents')} AS candidate WHERE candidate.chunk_id = ANY (${ids}::uuid[])`;

/** Returns the vector of a chunk in pgvector's notation. */
export const vectorOfChunkStatement = (rows: Rows, chunkId: string, model: string): Sql => sql`
  SELECT embedding.embedding::text AS text FROM ${rows('embeddings')} AS embedding
  WHERE embedding.chunk_id = ${chunkId}::uuid AND embedding.model = ${model}::text`;

/** Counts the chunks of a filter without a vector. */
export const pendingStatement = (rows: Rows, model: string, filter: SearchFilter): Sql => sql`
  SELECT count(*)::int AS count FROM ${rows('contents')} AS candidate ${filterJoins(rows, filter)}
  WHERE ${filterCondition(filter)} AND NOT EXISTS (
    SELECT FROM ${rows('embeddings')} AS embedding WHERE embedding.chunk_id = candidate.chunk_id AND embedding.model = ${model}::text)`;

/** The character between the passages of a content: the unit separator, which no passage contains. */
export const PASSAGE_END = '\u001f';

/** Returns the passages of contents that contain one of the words. */
export const highlightsStatement = (rows: Rows, words: readonly string[], ids: readonly string[]): Sql => sql`
  SELECT candidate.chunk_id AS id, ts_headline('english', candidate.content, ${anyOf(words)},
    'MaxFragments=3, MinWords=8, MaxWords=30, StartSel="", StopSel="", FragmentDelimiter=' || ${PASSAGE_END}::text) AS passages
  FROM ${rows('contents')} AS candidate WHERE candidate.chunk_id = ANY (${ids}::uuid[]) AND candidate.lexemes @@ ${anyOf(words)}`;

/** Returns the sum of the words' weights, each times `ts_rank`, which grows from 0.6 for one occurrence to 1. */
const keywordScore = (words: readonly WeightedWord[]): Sql =>
  words.length === 0
    ? sql`0`
    : join(
        words.map(
          ({ lexeme, weight }) => sql`${weight}::float8 * ts_rank('{1,1,1,1}', candidate.lexemes, ${quoteLexeme(lexeme)}::tsquery)`,
        ),
        ' + ',
      );

const anyOf = (lexemes: readonly string[]): Sql => sql`${lexemes.map(quoteLexeme).join(' | ')}::tsquery`;

/** Returns a lexeme in the notation of tsquery. */
const quoteLexeme = (lexeme: string): string => `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
