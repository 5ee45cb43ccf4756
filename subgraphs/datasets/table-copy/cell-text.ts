import { DuckDBTimestampValue } from '@duckdb/node-api';

const DAY_MICROS = 86_400_000_000n;

/** Returns a cell of the copy of a table as text, with all digits. A time is in UTC; a time at midnight is written as a date. */
export function cellText(value: unknown): string | null {
  if (value === null) return null;
  if (value instanceof DuckDBTimestampValue) return timestampText(value.micros);
  return String(value);
}

function timestampText(micros: bigint): string {
  const milliseconds = micros >= 0n || micros % 1000n === 0n ? micros / 1000n : micros / 1000n - 1n;
  const text = new Date(Number(milliseconds)).toISOString();
  if (micros % DAY_MICROS === 0n) return text.slice(0, text.indexOf('T'));
  const rest = micros - milliseconds * 1000n;
  const fraction = text.slice(-4, -1) + String(rest).padStart(3, '0');
  const seconds = text.slice(0, -5);
  return /^0+$/.test(fraction) ? `${seconds}Z` : `${seconds}.${fraction.replace(/0+$/, '')}Z`;
}
