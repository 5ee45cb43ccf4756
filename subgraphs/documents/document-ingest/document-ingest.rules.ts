import { isDeepStrictEqual } from 'node:util';
import type { UserError } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import { metadataProblems, sourceUrlProblems, titleProblems, versionProblems } from '../document/document.rules.js';
import { contentHash, normalizeText } from '../document-chunk/document-chunk.rules.js';
import type { ChunkContentType, DocumentChunkInput, DocumentIngestInput } from '../generated/graphql.js';

const MAX_CHUNKS = 1_000;
const MAX_TEXT_LENGTH = 1_000_000;
export const MAX_TITLE_LENGTH = 500;
const CHUNKS = ['input', 'chunks'];

/** The attributes of a chunk other than its content. */
export interface ChunkLabels {
  title: string | null;
  contentType: ChunkContentType;
  useCaseId: string | null;
  discoveryToolId: string | null;
}

/** A chunk of the input, in normal form. */
export interface DesiredChunk extends ChunkLabels {
  chunkIndex: number;
  content: string;
  contentHash: Uint8Array<ArrayBuffer>;
}

/** A chunk in the database, without its content. */
export interface StoredChunk extends ChunkLabels {
  id: string;
  chunkIndex: number;
  content: { contentHash: Uint8Array } | null;
}

/** An update of a stored chunk that differs from the input in its content or title (`isContentChanged`), its labels or both. */
export interface ChunkUpdate {
  id: string;
  desired: DesiredChunk;
  isContentChanged: boolean;
  areLabelsChanged: boolean;
}

/** The changes that make the chunks of a document those of the input. */
export interface IngestPlan {
  added: DesiredChunk[];
  updated: ChunkUpdate[];
  skippedCount: number;
  /** The stored chunks whose index is beyond the end of the input. */
  surplus: StoredChunk[];
}

export function ingestProblems(input: DocumentIngestInput): UserError[] {
  return [
    ...idProblems(['input', 'collectionId'], input.collectionId),
    ...sourceUrlProblems(input.sourceUrl),
    ...titleProblems(input.title),
    ...versionProblems(input.version),
    ...metadataProblems(input.metadata),
    ...sourceProblems(input),
  ];
}

/** Returns the problems of the source of the chunks: either `chunks` or `text` must be given. */
function sourceProblems({ chunks, text }: DocumentIngestInput): UserError[] {
  if (chunks != null && text == null) return chunksProblems(chunks);
  if (text != null && chunks == null) return textProblems(['input', 'text'], text, { max: MAX_TEXT_LENGTH });
  const message = 'The input must have either chunks or text. Send one of them.';
  return [{ code: 'INVALID', field: chunks == null ? CHUNKS : ['input', 'text'], message }];
}

/** Returns the problems of a number of chunks: there are none, or too many. */
export function chunkCountProblems(field: string[], count: number): UserError[] {
  if (count > 0 && count <= MAX_CHUNKS) return [];
  const message = `A document must have 1 to ${MAX_CHUNKS} chunks; got ${count}. ${count === 0 ? 'Send a text with words.' : 'Split the source into several documents.'}`;
  return [{ code: count === 0 ? 'BLANK' : 'TOO_LONG', field, message }];
}

/** Returns the first characters of a text that is longer than a limit, ended by an ellipsis. */
export const shorten = (text: string, max: number): string => ([...text].length <= max ? text : `${[...text].slice(0, max - 1).join('')}…`);

function chunksProblems(chunks: readonly DocumentChunkInput[]): UserError[] {
  // An empty list more often comes from a failed extraction of the text than from an empty document.
  if (chunks.length === 0)
    return [
      {
        code: 'BLANK',
        field: CHUNKS,
        message: `chunks must have 1 to ${MAX_CHUNKS} items; got 0. To delete a document, use documentDelete.`,
      },
    ];
  if (chunks.length > MAX_CHUNKS) {
    const message = `chunks must have 1 to ${MAX_CHUNKS} items; got ${chunks.length}. Split the source into several documents.`;
    return [{ code: 'TOO_LONG', field: CHUNKS, message }];
  }
  return chunks.flatMap(({ content, title, useCaseId, discoveryToolId }, index) => {
    const field = (name: string) => [...CHUNKS, String(index), name];
    return [
      ...textProblems(field('content'), content, { max: 100_000 }),
      ...textProblems(field('title'), title, { max: MAX_TITLE_LENGTH }),
      ...idProblems(field('useCaseId'), useCaseId),
      ...idProblems(field('discoveryToolId'), discoveryToolId),
    ];
  });
}

/** Brings a chunk of the input to normal form, so that two ingests of the same text compare as equal. */
export function desiredChunk(
  { content, title, contentType, useCaseId, discoveryToolId }: DocumentChunkInput,
  chunkIndex: number,
): DesiredChunk {
  const text = normalizeText(content);
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

/** Compares stored and desired chunks of the same index. A chunk has changed if its content hash or its labels differ. */
export function planIngest(stored: readonly StoredChunk[], desired: readonly DesiredChunk[]): IngestPlan {
  const storedByIndex = new Map(stored.map((chunk) => [chunk.chunkIndex, chunk]));
  const compared = desired.map((chunk) => ({ chunk, before: storedByIndex.get(chunk.chunkIndex) }));
  const updated = compared.flatMap(({ chunk, before }) => (before ? updateOf(before, chunk) : []));
  const added = compared.flatMap(({ chunk, before }) => (before ? [] : [chunk]));
  const surplus = stored.filter((chunk) => chunk.chunkIndex >= desired.length);
  return { added, updated, surplus, skippedCount: desired.length - added.length - updated.length };
}

function updateOf(before: StoredChunk, desired: DesiredChunk): ChunkUpdate[] {
  // The title is embedded with the content, so a chunk with another title needs another vector.
  const isContentChanged =
    before.content === null || before.title !== desired.title || !Buffer.from(desired.contentHash).equals(before.content.contentHash);
  const areLabelsChanged = !isDeepStrictEqual(labelsOf(before), labelsOf(desired));
  return isContentChanged || areLabelsChanged ? [{ id: before.id, desired, isContentChanged, areLabelsChanged }] : [];
}

export const labelsOf = ({ title, contentType, useCaseId, discoveryToolId }: ChunkLabels): ChunkLabels => ({
  title,
  contentType,
  useCaseId,
  discoveryToolId,
});

export const hasChunkChanges = ({ added, updated, surplus }: IngestPlan): boolean => added.length + updated.length + surplus.length > 0;

/** True if the input changes the title or the metadata of the document. */
export const hasDescriptionChange = (before: { title: string; metadata: unknown }, { title, metadata }: DocumentIngestInput): boolean =>
  title !== before.title || (metadata != null && !isDeepStrictEqual(toPlainJson(metadata), before.metadata));

/** Copies a JSON value into plain objects: literals in a GraphQL document are parsed into objects without a prototype. */
const toPlainJson = (json: unknown): unknown => JSON.parse(JSON.stringify(json));
