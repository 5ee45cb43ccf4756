import { createHash } from 'node:crypto';
import { badInput } from '../errors/coded-error.js';
import { isId } from '../input/id.js';

const VERSION = 1;

/** What a page can be sorted by, as JSON holds it: dates as ISO strings, big integers as digits. */
export type SortValue = string | number | boolean | null;

/** The place of one row in one query's order. */
export interface Position {
  value: SortValue;
  id: string;
}

/** Short name of a query (connection, organization, parent, filter, order), so that a cursor serves no other. */
export function fingerprint(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts, sortedKeys)).digest('base64url').slice(0, 12);
}

const sortedKeys = (_: string, value: unknown) =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

export const sortValue = (value: unknown): SortValue =>
  value instanceof Date ? value.toISOString() : typeof value === 'bigint' ? value.toString() : (value as SortValue);

export const encodeCursor = (query: string, { value, id }: Position): string =>
  Buffer.from(JSON.stringify([VERSION, query, value, id])).toString('base64url');

/** The position that a cursor of this query names; any other text is BAD_USER_INPUT. */
export function decodeCursor(query: string, cursor: string, isSortValue: (value: unknown) => boolean): Position {
  const [version, of, value, id] = parse(cursor);
  if (version !== VERSION || !isId(id)) throw badInput('This is not a cursor.');
  if (of !== query) throw badInput('This cursor belongs to another query: its filter, order or parent differs.');
  if (!isSortValue(value)) throw badInput('This is not a cursor.');
  return { value: value as SortValue, id };
}

function parse(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts)) return parts;
  } catch {
    // Not JSON: refused below like any other text.
  }
  throw badInput('This is not a cursor.');
}
