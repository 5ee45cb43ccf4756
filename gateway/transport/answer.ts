import { isObject } from '../../subgraphs/shared/input/json.js';
import type { JsonObject } from '../json.js';
import { SubgraphFault } from './subgraph-fault.js';

/** What a subgraph said: a GraphQL response whose outer shape was checked. */
export interface SubgraphAnswer {
  data?: JsonObject | null;
  errors?: readonly SubgraphError[] | null;
  extensions?: unknown;
}

/** An error of a subgraph. Only the message is certain; the rest is whatever the subgraph says. */
export interface SubgraphError {
  message: string;
  path?: unknown;
  extensions?: unknown;
}

/** Reads the text of an answer. Throws a SubgraphFault for anything that is no GraphQL response. */
export function parseAnswer(subgraph: string, text: string): SubgraphAnswer {
  const said = parseObject(subgraph, text);
  const wrong = wrongIn(said);
  if (wrong !== null) throw unusable(subgraph, wrong);
  return said;
}

/** Reads a text that must be a JSON object. Throws a SubgraphFault for anything else. */
export function parseObject(subgraph: string, text: string): Record<string, unknown> {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may be anybody's data and has no place in a log.
    throw unusable(subgraph, `${text.length} characters that are no JSON`);
  }
  if (!isObject(said)) throw unusable(subgraph, 'no object');
  return said;
}

const unusable = (subgraph: string, what: string) => new SubgraphFault(subgraph, 'UNAVAILABLE', `answered ${what}`);

/** What is wrong with an answer; null for nothing. */
function wrongIn({ data, errors }: Record<string, unknown>): string | null {
  if (data === undefined && errors == null) return 'neither data nor errors';
  if (data != null && !isObject(data)) return 'data that is no object';
  // Some servers say `"errors": null` for none.
  if (errors == null) return null;
  return Array.isArray(errors) && errors.every(isError) ? null : 'errors that are no list of errors';
}
const isError = (value: unknown): boolean => isObject(value) && typeof value.message === 'string';
