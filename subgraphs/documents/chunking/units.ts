import type { Block, BlockKind } from '../parsing/block.js';
import type { ChunkSizes } from './chunk-text.js';

/** A part of a block that is not divided further. */
export interface Unit {
  readonly kind: BlockKind;
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
}

const SENTENCES = new Intl.Segmenter('en', { granularity: 'sentence' });

/**
 * Divides a block that is too long for a chunk: text at the ends of sentences, code and tables at the ends of lines, and a longer line or
 * sentence at white space or, without any, anywhere.
 */
export function divideBlock(
  { kind, start, end }: Block,
  text: string,
  countTokens: (text: string) => number,
  { maxTokens, maxWholeTokens }: Pick<ChunkSizes, 'maxTokens' | 'maxWholeTokens'>,
): Unit[] {
  const isLineBased = kind === 'code' || kind === 'table';
  const limit = isLineBased ? maxWholeTokens : maxTokens;
  const tokens = countTokens(text.slice(start, end));
  if (tokens <= limit) return [{ kind, start, end, tokens }];
  const units: Unit[] = [];
  for (const [from, to] of isLineBased ? lineRanges(text, start, end) : sentenceRanges(text, start, end)) {
    const size = countTokens(text.slice(from, to));
    if (size <= maxTokens) units.push({ kind, start: from, end: to, tokens: size });
    else units.push(...cut(text, from, to, size, maxTokens).map((range) => ({ kind, ...range })));
  }
  return units;
}

function* lineRanges(text: string, start: number, end: number): Generator<[number, number]> {
  for (let from = start; from < end;) {
    const lineFeed = text.indexOf('\n', from);
    const to = lineFeed < 0 || lineFeed >= end ? end : lineFeed + 1;
    if (text.slice(from, to).trim() !== '') yield [from, to];
    from = to;
  }
}

function* sentenceRanges(text: string, start: number, end: number): Generator<[number, number]> {
  for (const { index, segment } of SENTENCES.segment(text.slice(start, end)))
    if (segment.trim() !== '') yield [start + index, start + index + segment.length];
}

/** Cuts a range without ends of sentences or lines into pieces of about equal length, at white space where there is any nearby. */
function cut(
  text: string,
  start: number,
  end: number,
  tokens: number,
  maxTokens: number,
): { start: number; end: number; tokens: number }[] {
  const pieces = Math.ceil((tokens * 1.2) / maxTokens);
  const length = Math.ceil((end - start) / pieces);
  const ranges: { start: number; end: number; tokens: number }[] = [];
  for (let from = start; from < end;) {
    const wanted = Math.min(from + length, end);
    const space = text.lastIndexOf(' ', wanted);
    let to = wanted < end && space > from + length / 2 ? space + 1 : wanted;
    // A pair of surrogates is one character.
    if (to < end && /[\udc00-\udfff]/.test(text[to]!)) to++;
    ranges.push({ start: from, end: to, tokens: Math.ceil((tokens * (to - from)) / (end - start)) });
    from = to;
  }
  return ranges;
}
