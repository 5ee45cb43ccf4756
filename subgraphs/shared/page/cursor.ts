import { createHash } from 'node:crypto';
import { badInput } from '../errors/coded-error.js';
import { isId } from '../input/id.js';

const VERSION = 1;

/** A value of the column by which a page is sorted, as JSON: dates are ISO 8601 strings, big integers are strings of digits. */
export type SortValue = string | number | boolean | null;

/** The position of a row in the order of a query. */
export interface Position {
  value: SortValue;
  id: string;
}

/** Returns a short hash of a query: its connection, organization, parent, filter and order. A cursor is valid for one query only. */
export function queryFingerprint(...parts: readonly unknown[]): string {
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

/** Returns the position that a cursor of this query encodes. Throws BAD_USER_INPUT for any other text. */
export function decodeCursor(query: string, cursor: string, isSortValue: (value: unknown) => boolean): Position {
  const [version, cursorQuery, value, id] = parse(cursor);
  if (version !== VERSION || !isId(id)) throw invalidCursor();
  if (cursorQuery !== query)
    throw badInput('The cursor belongs to another query. Use it with the filter, order and parent of the page that it came from.');
  if (!isSortValue(value)) throw invalidCursor();
  return { value: value as SortValue, id };
}

function parse(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts)) return parts;
  } catch {
    // Not JSON: an invalid cursor, like JSON that is not an array.
  }
  throw invalidCursor();
}

const invalidCursor = () => badInput('The cursor is invalid. Use a cursor from pageInfo or edges of an earlier page.');
