import type { Block, ParsedText } from '../parsing/block.js';
import { divideBlock, type Unit } from './units.js';

/** The sizes of chunks, in tokens of the embedding model. */
export interface ChunkSizes {
  /** The size at which a chunk of several blocks ends. */
  readonly maxTokens: number;
  /** The size up to which a code block or a table stays whole. */
  readonly maxWholeTokens: number;
  /** The size of the text at the end of a chunk that the next chunk of the section repeats. */
  readonly overlapTokens: number;
  /** The size below which a section becomes one chunk with its first subsection. */
  readonly minTokens: number;
}

export const DEFAULT_CHUNK_SIZES: ChunkSizes = { maxTokens: 200, maxWholeTokens: 400, overlapTokens: 40, minTokens: 40 };

/** A part of a text that is embedded and cited as a whole. */
export interface TextChunk {
  /** The range of the text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  readonly content: string;
  /** The titles of the headings above the content, the outermost first. The content begins with the last one if it begins a section. */
  readonly headingPath: readonly string[];
  /** True if the content is code alone. */
  readonly isCode: boolean;
  readonly tokenCount: number;
}

interface Section {
  path: { level: number; title: string }[];
  units: Unit[];
}

/**
 * Divides a text into chunks by its structure: a chunk never extends over two sections, except that a short section becomes one chunk
 * with its first subsection; code blocks and tables stay whole if they are not too long. Every block is part of a chunk.
 * @param countTokens returns the number of tokens of a text.
 */
export function chunkText(parsed: ParsedText, countTokens: (text: string) => number, sizes: ChunkSizes = DEFAULT_CHUNK_SIZES): TextChunk[] {
  const sections = joinShortSections(sectionsOf(parsed, countTokens, sizes), sizes);
  return sections.flatMap((section) => chunksOf(section, parsed.text, sizes));
}

function sectionsOf({ text, blocks }: ParsedText, countTokens: (text: string) => number, sizes: ChunkSizes): Section[] {
  const sections: Section[] = [];
  let current: Section = { path: [], units: [] };
  for (const block of blocks) {
    if (block.kind === 'heading') {
      if (current.units.length > 0) sections.push(current);
      current = { path: pathBelow(current.path, block), units: [] };
    }
    current.units.push(...divideBlock(block, text, countTokens, sizes));
  }
  if (current.units.length > 0) sections.push(current);
  return sections;
}

const pathBelow = (path: Section['path'], { level = 1, title = '' }: Block): Section['path'] => [
  ...path.filter((heading) => heading.level < level),
  { level, title },
];

const tokensOf = (units: readonly Unit[]): number => units.reduce((sum, { tokens }) => sum + tokens, 0);

/** Joins a short section with the section after it if that is one of its subsections. */
function joinShortSections(sections: readonly Section[], { minTokens, maxTokens }: ChunkSizes): Section[] {
  const joined: Section[] = [];
  for (const section of sections) {
    const previous = joined.at(-1);
    const isSubsection =
      previous && section.path.length > previous.path.length && previous.path.every((heading, index) => heading === section.path[index]);
    if (isSubsection && tokensOf(previous.units) < minTokens && tokensOf(previous.units) + tokensOf(section.units) <= maxTokens)
      joined[joined.length - 1] = { path: section.path, units: [...previous.units, ...section.units] };
    else joined.push(section);
  }
  return joined;
}

function chunksOf({ path, units }: Section, text: string, sizes: ChunkSizes): TextChunk[] {
  const headingPath = path.map(({ title }) => title);
  const chunks: TextChunk[] = [];
  const push = (members: readonly Unit[]): void => {
    const start = members[0]!.start;
    const end = members.at(-1)!.end;
    const isCode = members.every(({ kind }) => kind === 'code');
    chunks.push({ start, end, content: text.slice(start, end), headingPath, isCode, tokenCount: tokensOf(members) });
  };
  let members: Unit[] = [];
  for (const unit of units) {
    // A heading alone is no chunk: it belongs to the text below it.
    const isFull = members.some(({ kind }) => kind !== 'heading') && tokensOf(members) + unit.tokens > sizes.maxTokens;
    if (isFull) {
      push(members);
      members = overlapOf(members, unit, sizes);
    }
    members.push(unit);
  }
  if (members.length > 0) push(members);
  return joinShortEnd(chunks, text, sizes);
}

/** Joins a last chunk that is short with the chunk before it, if that becomes longer by a quarter at most. */
function joinShortEnd(chunks: TextChunk[], text: string, { minTokens, maxTokens }: ChunkSizes): TextChunk[] {
  const last = chunks.at(-1);
  const previous = chunks.at(-2);
  if (!last || !previous || last.tokenCount >= minTokens || previous.tokenCount + last.tokenCount > maxTokens * 1.25) return chunks;
  const joined = {
    ...previous,
    end: last.end,
    content: text.slice(previous.start, last.end),
    isCode: previous.isCode && last.isCode,
    tokenCount: previous.tokenCount + last.tokenCount,
  };
  return [...chunks.slice(0, -2), joined];
}

/** Returns the last units of a chunk that the next one, which begins with `next`, repeats. */
function overlapOf(members: readonly Unit[], next: Unit, { overlapTokens, maxTokens }: ChunkSizes): Unit[] {
  const overlap: Unit[] = [];
  for (const unit of members.slice(1).reverse()) {
    const tokens = tokensOf(overlap) + unit.tokens;
    if (unit.kind !== 'text' || tokens > overlapTokens || tokens + next.tokens > maxTokens) break;
    overlap.unshift(unit);
  }
  return overlap;
}
