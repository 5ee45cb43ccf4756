import { join, raw, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { column } from '../tenancy/table.js';

/** A condition on the table alias `row`, or null for a filter that the client left out. */
export type Condition = Sql | null;

/** The field equals the value. `type` is the PostgreSQL type of the column; the name of an enum is quoted. */
export const equals = (field: string, value: string | number | boolean | null | undefined, type: string): Condition =>
  value == null ? null : sql`${column(field)} = ${value}::${raw(type)}`;

/** The field equals one of the values. An empty list matches no row. */
export const oneOf = (field: string, values: readonly (string | number)[] | null | undefined, type: string): Condition =>
  values == null ? null : sql`${column(field)} = ANY(${[...values]}::text[]::${raw(type)}[])`;

/** The text field contains the text, in any case. `%` and `_` are escaped. */
export const contains = (field: string, text: string | null | undefined): Condition =>
  text == null || text === '' ? null : sql`${column(field)} ILIKE ${`%${text.replace(/[\\%_]/g, '\\$&')}%`}`;

/** The time is at or after `from` and before `to`. */
export const between = (field: string, from: Date | null | undefined, to: Date | null | undefined): Condition => {
  const bounds = [
    from && sql`${column(field)} >= ${from.toISOString()}::timestamptz`,
    to && sql`${column(field)} < ${to.toISOString()}::timestamptz`,
  ].filter((bound) => bound != null);
  return bounds.length === 0 ? null : join(bounds, ' AND ');
};

/** The number is at least `min` and at most `max`. */
export const range = (field: string, min: number | null | undefined, max: number | null | undefined): Condition => {
  const bounds = [min != null && sql`${column(field)} >= ${min}`, max != null && sql`${column(field)} <= ${max}`].filter(
    (bound) => bound !== false,
  );
  return bounds.length === 0 ? null : join(bounds, ' AND ');
};
