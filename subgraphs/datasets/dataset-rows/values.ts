import type { ColumnType } from '../generated/graphql.js';

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)(?:[T ]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-][01]\d(?::?[0-5]\d)?)?)?$/;

/** True if the text is a valid value of the type. */
export function isValue(dtype: ColumnType, text: string): boolean {
  switch (dtype) {
    case 'BOOLEAN':
      return /^(true|false)$/i.test(text);
    case 'INTEGER':
      return /^[+-]?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text.replace('+', ''))) === BigInt(text.replace('+', ''));
    case 'FLOAT':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text));
    case 'DATETIME':
      return isTimestamp(text);
    case 'STRING':
      return !text.includes('\0');
  }
}

function isTimestamp(text: string): boolean {
  const [, year, month, day] = TIMESTAMP.exec(text) ?? [];
  if (year === undefined || year === '0000') return false;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
}

/** Adds missing seconds to a timestamp: DuckDB requires them if there is a time zone. */
export const withSeconds = (timestamp: string): string => timestamp.replace(/([T ]\d\d:\d\d)(?=$|Z|[+-])/, '$1:00');
