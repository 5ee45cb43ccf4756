import type { FormattedExecutionResult } from 'graphql';
import type { SubsequentResult } from '../kit/federation.js';
import { mergeIncrementalResults } from '../kit/merge-incremental-results.js';
import { errorText, type Path, startsWith } from './compare.js';
import type { Answer } from './monolith.js';

/**
 * What is wrong with an answer in parts, a line each. The law, for what a client has when the last part has come:
 * - without errors it is the monolith's data;
 * - with errors, what is not null is what the monolith has where no failing field takes another along: a null that goes
 *   no further than its fragment leaves more than the monolith's own answer does;
 * - every error is one that the data has at this very place, or at another where its subgraph was asked for both and the
 *   error took along what is missing here; and every null that should be none is explained by one at or
 *   below it; of a fragment that is null, by one of its own;
 * - parts come for objects that are there, and the last one says that it is the last.
 */
export function differencesOfParts(
  first: FormattedExecutionResult & { hasNext?: boolean },
  later: readonly SubsequentResult[],
  { result, ledger }: Pick<Answer, 'result' | 'ledger'>,
): string[] {
  const found: string[] = [];
  const { data, errors } = mergeIncrementalResults(first, later);
  if (!ledger.errors && sorted(data) !== sorted(result.data)) found.push('other data');

  const possible = new Set((ledger.errors ?? []).map(errorText));
  const causes = new Set((ledger.errors ?? []).map(causeText));
  for (const error of errors)
    if (!possible.has(errorText(error)) && !(causes.has(causeText(error)) && isGone(data, error.path ?? [])))
      found.push(`made up: ${errorText(error)}`);
  const paths = errors.map(({ path = [] }) => path);
  const texts = new Set(errors.map(errorText));
  const failing = new Map((ledger.errors ?? []).map((error) => [JSON.stringify(error.path), error]));
  const compare = (actual: unknown, expected: unknown, path: Path): void => {
    if (actual === null) {
      const own = expected === null ? failing.get(JSON.stringify(path)) : undefined;
      if (own && !texts.has(errorText(own))) found.push(`not reported: ${errorText(own)}`);
      if (expected !== null && !paths.some((other) => startsWith(other, path))) found.push(`null for no reason: ${JSON.stringify(path)}`);
    } else if (typeof actual !== 'object' || typeof expected !== 'object' || expected === null) {
      if (JSON.stringify(actual) !== JSON.stringify(expected)) found.push(`other data at ${JSON.stringify(path)}`);
    } else if (Array.isArray(actual)) {
      if (!Array.isArray(expected) || expected.length !== actual.length) found.push(`another list at ${JSON.stringify(path)}`);
      else for (const [index, item] of actual.entries()) compare(item, expected[index], [...path, index]);
    } else {
      for (const [key, value] of Object.entries(actual as object)) compare(value, ownValue(expected, key), [...path, key]);
    }
  };
  compare(data, ledger.data ?? null, []);

  for (const { path, data: part, errors: own = [] } of later.flatMap(({ incremental }) => incremental))
    if (part === null && !own.some((error) => startsWith(error.path ?? [], path))) found.push(`no reason for ${JSON.stringify(path)}`);
  if (later.some(({ hasNext }, index) => hasNext !== index < later.length - 1)) found.push('more is said to come than does, or less');
  return found;
}

const causeText = (error: Parameters<typeof errorText>[0]): string => errorText({ ...error, path: undefined });

/** Whether nothing is at a path, or what is above it is null. */
function isGone(data: unknown, path: Path): boolean {
  let value = data;
  for (const key of path) value = typeof value === 'object' && value !== null ? ownValue(value, String(key)) : undefined;
  return value === null || value === undefined;
}

const ownValue = (object: object, key: string): unknown =>
  Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;

const sorted = (data: unknown): string =>
  JSON.stringify(data, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
      : value,
  );
