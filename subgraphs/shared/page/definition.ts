import type { Condition } from './conditions.js';
import type { Order } from './arguments.js';
import type { Table } from '../tenancy/table.js';

/** The PostgreSQL types that pages are sorted by. */
export type SortType = 'timestamptz' | 'text' | 'int4' | 'int8' | 'float8' | 'bool';

/** What one sort order sorts by. Rows without a value come last in both directions. */
export interface SortKey<Row> {
  field: keyof Row & string;
  type: SortType;
  nullable?: true;
}

/** How one concept is paged: its table, its orders, and what its filter means. */
export interface ConnectionDefinition<Row, Filter, Field extends string> {
  table: Table;
  orders: Readonly<Record<Field, SortKey<Row>>>;
  defaultOrder: Order<Field>;
  conditions: (filter: Filter) => readonly Condition[];
}

/** True for a moment as `toISOString` writes it, in a year that PostgreSQL has. */
const isMoment = (text: string): boolean =>
  /^(?!0000)\d{4}-/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text;

/** True for a JSON value that can be a sort value of this type; guards the cast in the statement. */
export function isSortValue({ type, nullable }: SortKey<never> | SortKey<Record<string, unknown>>, value: unknown): boolean {
  if (value === null) return nullable === true;
  switch (type) {
    case 'timestamptz':
      return typeof value === 'string' && isMoment(value);
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
