import { badInput } from '../../shared/errors/coded-error.js';
import { quote } from '../../shared/errors/user-error.js';
import { isObject } from '../../shared/input/json.js';
import { parseId } from '../../shared/input/id.js';
import type { SearchInput } from '../generated/graphql.js';

/** The weight of the keyword score in the mode HYBRID, and the power to which it is raised. docs/adr/0029 says how they were found. */
const KEYWORD_WEIGHT = 0.6;
const KEYWORD_POWER = 3;

/** A word of a query in its dictionary form, with the number of chunks that contain it. */
export interface QueryWord {
  lexeme: string;
  chunkCount: number;
}

export interface WeightedWord extends QueryWord {
  /** The part of the word in the keyword score. The weights of a query sum up to 1. */
  weight: number;
}

/** Returns the words of a query weighted by rarity (the inverse document frequency of BM25), the rarest first. */
export function weightWords(words: readonly QueryWord[], chunkCount: number): WeightedWord[] {
  const rarity = words.map(({ lexeme, chunkCount: count }) => {
    const bounded = Math.min(count, chunkCount);
    return { lexeme, chunkCount: bounded, weight: Math.log(1 + (chunkCount - bounded + 0.5) / (bounded + 0.5)) };
  });
  const total = rarity.reduce((sum, { weight }) => sum + weight, 0) || 1;
  return rarity.map((word) => ({ ...word, weight: word.weight / total })).sort((one, other) => other.weight - one.weight);
}

/** The number of chunks whose keyword score a search computes at most, as long as one word does not occur in more. */
const MAX_KEYWORD_CHUNKS = 5_000;

/**
 * Returns the words of which a candidate must contain one: the rarest words, as many as occur in a limited number of chunks, and the
 * rarest one in any case. The others add to the score of a candidate.
 */
export function requiredWords(words: readonly WeightedWord[]): string[] {
  let total = 0;
  const required = words.filter(({ chunkCount }, index) => (total += chunkCount) <= MAX_KEYWORD_CHUNKS || index === 0);
  return required.map(({ lexeme }) => lexeme);
}

/** Returns the score of a hit in the mode HYBRID. A chunk without an embedding counts as not similar. */
export const hybridScore = (similarity: number | null, keywordScore: number): number =>
  (similarity ?? 0) + KEYWORD_WEIGHT * keywordScore ** KEYWORD_POWER;

const MAX_QUERY_LENGTH = 1_000;
const MAX_TOP_K = 50;
const MAX_COLLECTIONS = 100;

/** Throws BAD_USER_INPUT if the input of a search is not valid. */
export function checkSearch({ query, topK, minScore, filter }: SearchInput): void {
  if (query.trim() === '') throw badInput('query must not be blank. Send a question, some words or an identifier.');
  const { length } = [...query];
  if (length > MAX_QUERY_LENGTH)
    throw badInput(`query must have at most ${MAX_QUERY_LENGTH} characters; got ${length}. Send a shorter one.`);
  checkCount('topK', topK!);
  if (minScore != null && !Number.isFinite(minScore)) throw badInput(`minScore must be a finite number; got ${minScore}.`);
  const collectionIds = filter?.collectionIds ?? [];
  if (collectionIds.length > MAX_COLLECTIONS)
    throw badInput(`filter.collectionIds must have at most ${MAX_COLLECTIONS} ids; got ${collectionIds.length}. Send several searches.`);
  for (const id of collectionIds) parseId(id, 'filter.collectionIds');
  if (filter?.documentId != null) parseId(filter.documentId, 'filter.documentId');
  if (filter?.useCaseId != null) parseId(filter.useCaseId, 'filter.useCaseId');
  if (filter?.metadata != null && !isObject(filter.metadata))
    throw badInput(`filter.metadata must be a JSON object; got ${quote(JSON.stringify(filter.metadata))}.`);
}

/** Throws BAD_USER_INPUT if a number of hits is not from 1 to 50. */
export function checkCount(argument: string, count: number): void {
  if (count < 1 || count > MAX_TOP_K) throw badInput(`${argument} must be between 1 and ${MAX_TOP_K}; got ${count}.`);
}
