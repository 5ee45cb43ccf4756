import { quote } from '../../shared/errors/user-error.js';
import { badInput } from '../../shared/errors/coded-error.js';
import type { ColumnType, DatasetColumn, DatasetRowCondition, DatasetRowOrder } from '../generated/graphql.js';
import { castText, copyColumnName } from '../table-copy/table-columns.js';
import { isValue, withSeconds } from './values.js';

/** A WHERE condition on the columns of a copy, with its parameters. The SQL contains no text of a client. */
export interface RowFilter {
  sql: string;
  values: string[];
}

const MAX_CONDITIONS = 20;
const MAX_VALUES = 100;

/** Returns the conditions as SQL. Throws BAD_USER_INPUT for an unknown column or a value that does not have the column's type. */
export function rowFilter(columns: readonly DatasetColumn[], conditions: readonly DatasetRowCondition[]): RowFilter {
  if (conditions.length > MAX_CONDITIONS) throw badInput(`where must have at most ${MAX_CONDITIONS} items; got ${conditions.length}.`);
  const values: string[] = [];
  const bind = (dtype: ColumnType, value: string): string => {
    if (!isValue(dtype, value)) throw badInput(`${quote(value)} is not a valid value of the type ${dtype}.`);
    values.push(dtype === 'DATETIME' ? withSeconds(value) : value);
    return castText(dtype, `$${values.length}::VARCHAR`);
  };
  const parts = conditions.flatMap(({ column: name, equals, notEquals, in: some, min, max, contains, isNull }) => {
    const { column, dtype } = columnOf(columns, name);
    if (contains != null && dtype !== 'STRING')
      throw badInput(`contains is only allowed for columns of the type STRING; got a column of the type ${dtype}.`);
    if (some && some.length > MAX_VALUES) throw badInput(`in must have at most ${MAX_VALUES} items; got ${some.length}.`);
    return [
      equals != null && `${column} = ${bind(dtype, equals)}`,
      notEquals != null && `${column} <> ${bind(dtype, notEquals)}`,
      some && (some.length === 0 ? 'false' : `${column} IN (${some.map((value) => bind(dtype, value)).join(', ')})`),
      min != null && `${column} >= ${bind(dtype, min)}`,
      max != null && `${column} <= ${bind(dtype, max)}`,
      contains != null && `contains(lower(${column}), lower(${bind(dtype, contains)}))`,
      isNull != null && `${column} IS ${isNull ? '' : 'NOT '}NULL`,
    ].filter((part) => typeof part === 'string');
  });
  return { sql: parts.length === 0 ? 'true' : parts.join(' AND '), values };
}

/** Returns the ORDER BY list. The order of the file decides between equal rows. */
export function rowOrder(columns: readonly DatasetColumn[], order: DatasetRowOrder | null | undefined): string {
  if (!order) return 'file_row_number';
  const { column } = columnOf(columns, order.column);
  return `${column} ${order.direction === 'DESC' ? 'DESC' : 'ASC'} NULLS LAST, file_row_number`;
}

/** Returns the limit and the offset with their defaults. Throws BAD_USER_INPUT if they are out of range. */
export function rowWindow(first: number | null | undefined, offset: number | null | undefined): { first: number; offset: number } {
  const window = { first: first ?? 20, offset: offset ?? 0 };
  if (window.first < 1 || window.first > 100) throw badInput(`first must be between 1 and 100; got ${window.first}.`);
  if (window.offset < 0) throw badInput(`offset must not be negative; got ${window.offset}.`);
  return window;
}

function columnOf(columns: readonly DatasetColumn[], name: string): { column: string; dtype: ColumnType } {
  const index = columns.findIndex((column) => column.name === name);
  if (index < 0) throw badInput(`The dataset has no column ${quote(name)}.`);
  return { column: copyColumnName(index), dtype: columns[index]!.dtype };
}
