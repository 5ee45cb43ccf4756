import { empty, join, raw, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { column, type Table } from '../tenancy/table.js';
import type { Position } from './cursor.js';
import type { SortKey } from './definition.js';

/** One page's query, the same for all parents that it is asked for. */
export interface PageQuery {
  table: Table;
  key: SortKey<Record<string, unknown>>;
  direction: 'ASC' | 'DESC';
  backward: boolean;
  /** Exclusive start: the row at the cursor. */
  start: Position | null;
  /** Rows to read: one more than the page, to know whether there is another. */
  limit: number;
  conditions: readonly Sql[];
}

/** The rows of one page, in reading order (reversed where the page is read backward). */
export function pageStatement(rows: Sql, query: PageQuery): Sql {
  return sql`SELECT ${query.table.columns} FROM ${rows} AS row ${where(query)} ${orderBy(query)} LIMIT ${query.limit}::int`;
}

/** The same page for each of many parents, in one statement: each parent's rows come together and in order. */
export function pageOfEachStatement(rows: Sql, query: PageQuery, parentField: string, parentIds: readonly string[]): Sql {
  const own = { ...query, conditions: [sql`${column(parentField)} = parent.id`, ...query.conditions] };
  return sql`SELECT page.* FROM unnest(${[...parentIds]}::uuid[]) AS parent(id) CROSS JOIN LATERAL (${pageStatement(rows, own)}) AS page`;
}

export function countStatement(rows: Sql, conditions: readonly Sql[]): Sql {
  return sql`SELECT count(*)::int AS count FROM ${rows} AS row ${all(conditions)}`;
}

export function countOfEachStatement(rows: Sql, conditions: readonly Sql[], parentField: string, parentIds: readonly string[]): Sql {
  const parent = column(parentField);
  const own = [sql`${parent} = ANY(${[...parentIds]}::uuid[])`, ...conditions];
  return sql`SELECT ${parent} AS parent, count(*)::int AS count FROM ${rows} AS row ${all(own)} GROUP BY ${parent}`;
}

const all = (conditions: readonly Sql[]): Sql => (conditions.length === 0 ? empty : sql`WHERE ${join([...conditions], ' AND ')}`);

const where = (query: PageQuery): Sql => all(query.start ? [...query.conditions, beyond(query, query.start)] : query.conditions);

const isDescending = ({ direction, backward }: PageQuery): boolean => (direction === 'DESC') !== backward;

function orderBy(query: PageQuery): Sql {
  const way = isDescending(query) ? 'DESC' : 'ASC';
  // Only a column that may be null says where nulls go: the words would keep PostgreSQL from reading the index backward.
  const nulls = query.key.nullable ? (query.backward ? ' NULLS FIRST' : ' NULLS LAST') : '';
  return sql`ORDER BY ${column(query.key.field)} ${raw(way + nulls)}, row.id ${raw(way)}`;
}

/** True of the rows that come after `start` in reading order; rows without a value are last (first when backward). */
function beyond(query: PageQuery, { value, id }: Position): Sql {
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
