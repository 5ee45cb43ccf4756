import type { Condition } from './conditions.js';
import type { Order } from './arguments.js';
import type { Table } from '../tenancy/table.js';

/** The PostgreSQL types that pages are sorted by. */
export type SortType = 'timestamptz' | 'text' | 'int4' | 'int8' | 'float8' | 'bool';

/** The column of a sort order. Rows without a value come last in both directions. */
export interface SortKey<Row> {
  field: keyof Row & string;
  type: SortType;
  nullable?: true;
}

/** The definition of a connection: its table, its sort orders, and the SQL conditions of its filter. */
export interface ConnectionDefinition<Row, Filter, Field extends string> {
  table: Table;
  orders: Readonly<Record<Field, SortKey<Row>>>;
  defaultOrder: Order<Field>;
  conditions: (filter: Filter) => readonly Condition[];
}

/** True if the text is a time as `toISOString` writes it, in a year that PostgreSQL supports. */
const isIsoTime = (text: string): boolean =>
  /^(?!0000)\d{4}-/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text;

/** True if a JSON value is a sort value of this type, so that the cast in the statement cannot fail. */
export function isSortValue({ type, nullable }: SortKey<never> | SortKey<Record<string, unknown>>, value: unknown): boolean {
  if (value === null) return nullable === true;
  switch (type) {
    case 'timestamptz':
      return typeof value === 'string' && isIsoTime(value);
    case 'text':
      return typeof value === 'string' && !value.includes('\0');
    case 'int8':
      return typeof value === 'string' && /^-?\d{1,18}$/.test(value);
    case 'int4':
      return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;
    case 'float8':
      return typeof value === 'number';
    case 'bool':
      return typeof value === 'boolean';
  }
}
