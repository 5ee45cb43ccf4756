import type { UserError } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import { normalText } from '../document-chunk/document-chunk.rules.js';
import type { CitationInput } from '../generated/graphql.js';

const MAX_CITATIONS = 100;
const CITATIONS = ['input', 'citations'];

const field = (index: number, name: string) => [...CITATIONS, String(index), name];

/** What is wrong with citations, before their chunks are known. */
export function citationProblems(citations: readonly CitationInput[]): UserError[] {
  if (citations.length > MAX_CITATIONS)
    return [{ code: 'TOO_LONG', field: CITATIONS, message: `These are more than ${MAX_CITATIONS} citations.` }];
  return citations.flatMap(({ chunkId, quote, score }, index) => {
    const problems = [...idProblems(field(index, 'chunkId'), chunkId), ...textProblems(field(index, 'quote'), quote, { max: 10_000 })];
    if (score != null && !Number.isFinite(score))
      problems.push({ code: 'INVALID', field: field(index, 'score'), message: 'A score is a finite number.' });
    return problems;
  });
}

/** The citations of unknown chunks (whose text is null), and the quotes that are not in their chunk's text. */
export function sourceProblems(citations: readonly CitationInput[], texts: readonly (string | null)[]): UserError[] {
  return citations.flatMap(({ quote }, index): UserError[] => {
    const text = texts[index] ?? null;
    if (text === null) return [{ code: 'NOT_FOUND', field: field(index, 'chunkId'), message: 'You have no chunk with this id.' }];
    if (quote == null || text.includes(normalText(quote))) return [];
    return [{ code: 'INVALID', field: field(index, 'quote'), message: 'The chunk does not say this.' }];
  });
}
