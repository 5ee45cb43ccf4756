import { badInput } from '../../shared/errors/coded-error.js';
import type { ColumnType, DatasetColumn, DatasetRowCondition, DatasetRowOrder } from '../generated/graphql.js';
import { castText, copyColumnName } from '../table-copy/table-columns.js';
import { isValue, withSeconds } from './values.js';

/** Conditions as SQL about the columns of a copy. Nothing that a client wrote is in the text: values are bound. */
export interface RowFilter {
  sql: string;
  values: string[];
}

const MAX_CONDITIONS = 20;
const MAX_VALUES = 100;

/** Throws BAD_USER_INPUT where a condition names no column, or a value that is not of its column's type. */
export function rowFilter(columns: readonly DatasetColumn[], conditions: readonly DatasetRowCondition[]): RowFilter {
  if (conditions.length > MAX_CONDITIONS) throw badInput(`At most ${MAX_CONDITIONS} conditions.`);
  const values: string[] = [];
  const bind = (dtype: ColumnType, value: string): string => {
    if (!isValue(dtype, value)) throw badInput(`A value is none of a column of ${dtype}.`);
    values.push(dtype === 'DATETIME' ? withSeconds(value) : value);
    return castText(dtype, `$${values.length}::VARCHAR`);
  };
  const parts = conditions.flatMap(({ column: name, equals, notEquals, in: some, min, max, contains, isNull }) => {
    const { column, dtype } = columnOf(columns, name);
    if (contains != null && dtype !== 'STRING') throw badInput('Only columns of STRING contain a text.');
    if (some && some.length > MAX_VALUES) throw badInput(`At most ${MAX_VALUES} values.`);
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

/** What follows ORDER BY. The order of the file decides between equal rows. */
export function rowOrder(columns: readonly DatasetColumn[], order: DatasetRowOrder | null | undefined): string {
  if (!order) return 'file_row_number';
  const { column } = columnOf(columns, order.column);
  return `${column} ${order.direction === 'DESC' ? 'DESC' : 'ASC'} NULLS LAST, file_row_number`;
}

/** How many rows, and after how many. */
export function rowWindow(first: number | null | undefined, offset: number | null | undefined): { first: number; offset: number } {
  const window = { first: first ?? 20, offset: offset ?? 0 };
  if (window.first < 1 || window.first > 100) throw badInput('first is 1 to 100.');
  if (window.offset < 0) throw badInput('offset is not negative.');
  return window;
}

function columnOf(columns: readonly DatasetColumn[], name: string): { column: string; dtype: ColumnType } {
  const index = columns.findIndex((column) => column.name === name);
  if (index < 0) throw badInput(`The dataset has no column "${name.slice(0, 200)}".`);
  return { column: copyColumnName(index), dtype: columns[index]!.dtype };
}
