import type { UserError } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import { normalizeText } from '../document-chunk/document-chunk.rules.js';
import type { CitationInput } from '../generated/graphql.js';

const MAX_CITATIONS = 100;
const CITATIONS = ['input', 'citations'];

const field = (index: number, name: string) => [...CITATIONS, String(index), name];

/** Returns the problems of citations that can be found without reading their chunks. */
export function citationProblems(citations: readonly CitationInput[]): UserError[] {
  if (citations.length > MAX_CITATIONS)
    return [
      { code: 'TOO_LONG', field: CITATIONS, message: `citations must have at most ${MAX_CITATIONS} items; got ${citations.length}.` },
    ];
  return citations.flatMap(({ chunkId, quote, score }, index) => {
    const problems = [...idProblems(field(index, 'chunkId'), chunkId), ...textProblems(field(index, 'quote'), quote, { max: 10_000 })];
    if (score != null && !Number.isFinite(score))
      problems.push({ code: 'INVALID', field: field(index, 'score'), message: `score must be a finite number; got ${score}.` });
    return problems;
  });
}

/**
 * Returns the problems of citations whose chunk is unknown or does not contain the quote. `texts` has the content of each
 * citation's chunk, null for an unknown one.
 */
export function sourceProblems(citations: readonly CitationInput[], texts: readonly (string | null)[]): UserError[] {
  return citations.flatMap(({ quote }, index): UserError[] => {
    const text = texts[index] ?? null;
    if (text === null)
      return [{ code: 'NOT_FOUND', field: field(index, 'chunkId'), message: 'No chunk with this id exists in your organization.' }];
    if (quote == null || text.includes(normalizeText(quote))) return [];
    return [
      {
        code: 'INVALID',
        field: field(index, 'quote'),
        message: 'The quote does not occur in the content of the chunk. Quote a passage exactly.',
      },
    ];
  });
}
