import { empty, join, raw, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { column, type Table } from '../tenancy/table.js';
import type { Position } from './cursor.js';
import type { SortKey } from './definition.js';

/** The query of one page. It is the same for all parents whose pages are read together. */
export interface PageQuery {
  table: Table;
  key: SortKey<Record<string, unknown>>;
  direction: 'ASC' | 'DESC';
  backward: boolean;
  /** The position of the cursor, which the page does not include. */
  start: Position | null;
  /** The number of rows to read: one more than the page has, to find out if there is a next page. */
  limit: number;
  conditions: readonly Sql[];
}

/** Selects the rows of one page, in reversed order if the page is read backward. */
export function pageStatement(rows: Sql, query: PageQuery): Sql {
  return sql`SELECT ${query.table.columns} FROM ${rows} AS row ${where(query)} ${orderBy(query)} LIMIT ${query.limit}::int`;
}

/** Selects the page of each of many parents in one statement. The rows of a parent are contiguous and in order. */
export function pageOfEachStatement(rows: Sql, query: PageQuery, parentField: string, parentIds: readonly string[]): Sql {
  const nested = { ...query, conditions: [sql`${column(parentField)} = parent.id`, ...query.conditions] };
  return sql`SELECT page.* FROM unnest(${[...parentIds]}::uuid[]) AS parent(id) CROSS JOIN LATERAL (${pageStatement(rows, nested)}) AS page`;
}

export function countStatement(rows: Sql, conditions: readonly Sql[]): Sql {
  return sql`SELECT count(*)::int AS count FROM ${rows} AS row ${whereAll(conditions)}`;
}

export function countOfEachStatement(rows: Sql, conditions: readonly Sql[], parentField: string, parentIds: readonly string[]): Sql {
  const parent = column(parentField);
  const nested = [sql`${parent} = ANY(${[...parentIds]}::uuid[])`, ...conditions];
  return sql`SELECT ${parent} AS parent, count(*)::int AS count FROM ${rows} AS row ${whereAll(nested)} GROUP BY ${parent}`;
}

const whereAll = (conditions: readonly Sql[]): Sql => (conditions.length === 0 ? empty : sql`WHERE ${join([...conditions], ' AND ')}`);

const where = (query: PageQuery): Sql => whereAll(query.start ? [...query.conditions, afterStart(query, query.start)] : query.conditions);

const isDescending = ({ direction, backward }: PageQuery): boolean => (direction === 'DESC') !== backward;

function orderBy(query: PageQuery): Sql {
  const direction = isDescending(query) ? 'DESC' : 'ASC';
  // NULLS FIRST and NULLS LAST keep PostgreSQL from scanning an index backward, so that only nullable columns have them.
  const nulls = query.key.nullable ? (query.backward ? ' NULLS FIRST' : ' NULLS LAST') : '';
  return sql`ORDER BY ${column(query.key.field)} ${raw(direction + nulls)}, row.id ${raw(direction)}`;
}

/** The condition on the rows that come after `start` in reading order. Rows without a value come last (first if backward). */
function afterStart(query: PageQuery, { value, id }: Position): Sql {
  const sorted = column(query.key.field);
  const after = raw(isDescending(query) ? '<' : '>');
  const startId = sql`${id}::uuid`;
  if (value === null) {
    const restOfNulls = sql`(${sorted} IS NULL AND row.id ${after} ${startId})`;
    return query.backward ? sql`(${sorted} IS NOT NULL OR ${restOfNulls})` : restOfNulls;
  }
  const startValue = sql`${value}::${raw(query.key.type)}`;
  const rest = sql`(${sorted}, row.id) ${after} (${startValue}, ${startId})`;
  return query.key.nullable && !query.backward ? sql`(${rest} OR ${sorted} IS NULL)` : rest;
}
