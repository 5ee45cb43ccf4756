import { isDeepStrictEqual } from 'node:util';
import type { UserError } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import { metadataProblems, sourceUrlProblems, titleProblems, versionProblems } from '../document/document.rules.js';
import { contentHash, normalText } from '../document-chunk/document-chunk.rules.js';
import type { ChunkContentType, DocumentChunkInput, DocumentIngestInput } from '../generated/graphql.js';

const MAX_CHUNKS = 1_000;
const CHUNKS = ['input', 'chunks'];

/** What describes a chunk, beside its text. */
export interface Labels {
  title: string | null;
  contentType: ChunkContentType;
  useCaseId: string | null;
  discoveryToolId: string | null;
}

/** A chunk as the input wants it. */
export interface Wanted extends Labels {
  chunkIndex: number;
  content: string;
  contentHash: Uint8Array<ArrayBuffer>;
}

/** A chunk as the database has it, without its text. */
export interface Present extends Labels {
  id: string;
  chunkIndex: number;
  content: { contentHash: Uint8Array } | null;
}

/** A chunk that is there and should be another: in its text, in its labels, or in both. */
export interface Change {
  id: string;
  wanted: Wanted;
  hasOtherContent: boolean;
  hasOtherLabels: boolean;
}

/** What leads from the chunks of a document to those that are wanted. */
export interface Plan {
  added: Wanted[];
  updated: Change[];
  skippedCount: number;
  surplus: Present[];
}

export function ingestProblems(input: DocumentIngestInput): UserError[] {
  return [
    ...idProblems(['input', 'collectionId'], input.collectionId),
    ...sourceUrlProblems(input.sourceUrl),
    ...titleProblems(input.title),
    ...versionProblems(input.version),
    ...metadataProblems(input.metadata),
    ...chunksProblems(input.chunks),
  ];
}

function chunksProblems(chunks: readonly DocumentChunkInput[]): UserError[] {
  // An empty list more often means a reader that failed than a text that is gone; documentDelete says the latter.
  if (chunks.length === 0) return [{ code: 'BLANK', field: CHUNKS, message: 'A document has at least one chunk.' }];
  if (chunks.length > MAX_CHUNKS) return [{ code: 'TOO_LONG', field: CHUNKS, message: `These are more than ${MAX_CHUNKS} chunks.` }];
  return chunks.flatMap(({ content, title, useCaseId, discoveryToolId }, index) => {
    const field = (name: string) => [...CHUNKS, String(index), name];
    return [
      ...textProblems(field('content'), content, { max: 100_000 }),
      ...textProblems(field('title'), title, { max: 500 }),
      ...idProblems(field('useCaseId'), useCaseId),
      ...idProblems(field('discoveryToolId'), discoveryToolId),
    ];
  });
}

/** The chunk of the input, in the one spelling that two ingests of the same text share. */
export function wantedChunk({ content, title, contentType, useCaseId, discoveryToolId }: DocumentChunkInput, chunkIndex: number): Wanted {
  const text = normalText(content);
  return {
    chunkIndex,
    content: text,
    contentHash: contentHash(text),
    title: title ?? null,
    contentType: contentType ?? 'TEXT',
    useCaseId: useCaseId?.toLowerCase() ?? null,
    discoveryToolId: discoveryToolId?.toLowerCase() ?? null,
  };
}

/** Compares place by place: a chunk's index says who it is, its hash and its labels say whether it changed. */
export function planIngest(present: readonly Present[], wanted: readonly Wanted[]): Plan {
  const byIndex = new Map(present.map((chunk) => [chunk.chunkIndex, chunk]));
  const compared = wanted.map((chunk) => ({ chunk, before: byIndex.get(chunk.chunkIndex) }));
  const updated = compared.flatMap(({ chunk, before }) => (before ? changeOf(before, chunk) : []));
  const added = compared.flatMap(({ chunk, before }) => (before ? [] : [chunk]));
  const surplus = present.filter((chunk) => chunk.chunkIndex >= wanted.length);
  return { added, updated, surplus, skippedCount: wanted.length - added.length - updated.length };
}

function changeOf(before: Present, wanted: Wanted): Change[] {
  const hasOtherContent = before.content === null || !Buffer.from(wanted.contentHash).equals(before.content.contentHash);
  const hasOtherLabels = !isDeepStrictEqual(labelsOf(before), labelsOf(wanted));
  return hasOtherContent || hasOtherLabels ? [{ id: before.id, wanted, hasOtherContent, hasOtherLabels }] : [];
}

export const labelsOf = ({ title, contentType, useCaseId, discoveryToolId }: Labels): Labels => ({
  title,
  contentType,
  useCaseId,
  discoveryToolId,
});

export const changesChunks = ({ added, updated, surplus }: Plan): boolean => added.length + updated.length + surplus.length > 0;

/** Whether the document gets another title or other metadata. */
export const changesDescription = (before: { title: string; metadata: unknown }, { title, metadata }: DocumentIngestInput): boolean =>
  title !== before.title || (metadata != null && !isDeepStrictEqual(plain(metadata), before.metadata));

/** The value as the database gives it back: objects that stand in the query itself have no prototype, and would differ. */
const plain = (json: unknown): unknown => JSON.parse(JSON.stringify(json));
