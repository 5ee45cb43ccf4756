import type { ColumnType } from '../generated/graphql.js';

const MOMENT = /^(\d{4})-(\d\d)-(\d\d)(?:[T ]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-][01]\d(?::?[0-5]\d)?)?)?$/;

/** True for a text that is a value of the type. */
export function isValue(dtype: ColumnType, text: string): boolean {
  switch (dtype) {
    case 'BOOLEAN':
      return /^(true|false)$/i.test(text);
    case 'INTEGER':
      return /^[+-]?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text.replace('+', ''))) === BigInt(text.replace('+', ''));
    case 'FLOAT':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text));
    case 'DATETIME':
      return isMoment(text);
    case 'STRING':
      return !text.includes('\0');
  }
}

function isMoment(text: string): boolean {
  const [, year, month, day] = MOMENT.exec(text) ?? [];
  if (year === undefined || year === '0000') return false;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
}

/** DuckDB reads no moment in a zone without its seconds. */
export const withSeconds = (moment: string): string => moment.replace(/([T ]\d\d:\d\d)(?=$|Z|[+-])/, '$1:00');
