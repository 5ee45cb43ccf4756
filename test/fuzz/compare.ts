import type { FormattedExecutionResult } from 'graphql';
import type { Answer } from './monolith.js';

export type Path = readonly (string | number)[];

interface Reported {
  message: string;
  path?: Path;
  extensions?: { code?: unknown };
}

/**
 * Returns the errors of a gateway's response, one line each. The rules:
 * - the data is the monolith's data, as text, so the order of keys too;
 * - every error that the gateway reports is one that the data has at this very place: nothing is made up, and nothing is
 *   reported that the client did not select;
 * - every null that is an error by itself is reported, with its path, message and code;
 * - every null that an error below it has caused is explained by at least one error at or below it: which of several,
 *   GraphQL leaves open.
 */
export function differences(actual: FormattedExecutionResult, { result, ledger }: Pick<Answer, 'result' | 'ledger'>): string[] {
  const found: string[] = [];
  if (JSON.stringify(actual.data) !== JSON.stringify(result.data)) found.push('other data');

  const possible = new Set((ledger.errors ?? []).map(errorText));
  const reported = ((actual.errors ?? []) as readonly Reported[]).map((error) => ({ path: error.path ?? [], text: errorText(error) }));
  for (const { text } of reported) if (!possible.has(text)) found.push(`made up: ${text}`);

  for (const error of result.errors ?? []) {
    const path = error.path ?? [];
    const nullPath = firstNull(result.data, path);
    const isOfItself = nullPath.length === path.length;
    const isExplained = reported.some((other) => (isOfItself ? other.text === errorText(error) : startsWith(other.path, nullPath)));
    if (!isExplained) found.push(`not reported: ${errorText(error)}`);
  }
  return found;
}

/**
 * Returns the differences of the data alone, whatever the order of its keys. For Apollo's gateway, which does not keep the
 * order of keys where fragments overlap, and reports errors of fields that the client did not select.
 */
export function dataDifferences(actual: FormattedExecutionResult, { result }: Pick<Answer, 'result'>): string[] {
  return inOrder(actual.data) === inOrder(result.data) ? [] : ['other data'];
}

function inOrder(data: unknown): string {
  return JSON.stringify(data, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
      : value,
  );
}

export const errorText = ({ message, path, extensions }: Reported): string =>
  `${JSON.stringify(path)} ${String(extensions?.code)} ${message}`;

/** The shortest beginning of a path where the data is null. */
function firstNull(data: unknown, path: Path): Path {
  let value = data;
  for (const [length, step] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, length);
    value = (value as Record<string | number, unknown>)[step];
  }
  return path;
}

export const startsWith = (path: Path, beginning: Path): boolean => beginning.every((step, index) => path[index] === step);
