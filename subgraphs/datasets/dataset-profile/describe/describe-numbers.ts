import type { DuckDBConnection } from '@duckdb/node-api';
import { readRows } from '../../table-copy/duckdb.js';
import type { NumericProfileResult } from '../profile-task.js';
import { computeBinEdges } from './bin-edges.js';

/** Numbers beyond this limit are scaled down for the mean and the standard deviation, since sums of their squares exceed a double. */
const LARGE = 1e150;

/** Computes the statistics of a column of numbers, which has at least one value. */
export async function describeNumbers(connection: DuckDBConnection, from: string, column: string): Promise<NumericProfileResult> {
  const [[min, max, median] = [0, 0, 0]] = await readRows<[number, number, number]>(
    connection,
    `SELECT min(${column})::DOUBLE, max(${column})::DOUBLE, quantile_cont(${column}, 0.5)::DOUBLE FROM ${from}`,
  );
  const largest = Math.max(Math.abs(min), Math.abs(max));
  const scale = largest > LARGE ? largest : 1;
  const scaled = scale === 1 ? column : `${column} / ${doubleLiteral(scale)}`;
  const [[mean, stddev] = [0, null]] = await readRows<[number, number | null]>(
    connection,
    `SELECT avg(${scaled})::DOUBLE, stddev_samp(${scaled}) FROM ${from}`,
  );
  const edges = computeBinEdges(min, max);
  return {
    min,
    max,
    mean: mean * scale,
    stddev: stddev === null ? null : finiteOrNull(stddev * scale),
    median: Number.isFinite(median) ? median : min / 2 + max / 2,
    histogram: { edges, counts: await countBins(connection, from, column, edges) },
  };
}

/** Returns null for an infinite number: the standard deviation of numbers near the limits of a double can exceed it. */
const finiteOrNull = (number: number): number | null => (Number.isFinite(number) ? number : null);

/** Counts the values in each bin. The bin of a value is computed by division and then corrected by comparison with its edges. */
async function countBins(connection: DuckDBConnection, from: string, column: string, edges: readonly number[]): Promise<number[]> {
  const bins = edges.length - 1;
  const [min, max] = [edges[0]!, edges[bins]!];
  const value = `${column}::DOUBLE`;
  const share = `(${value} / 2 - ${doubleLiteral(min / 2)}) / ${doubleLiteral(max / 2 - min / 2)}`;
  const bin = bins === 1 ? '0' : `least(greatest(floor(${share} * ${bins}), 0), ${bins - 1})::INTEGER`;
  const statement = `
    WITH edges AS (SELECT [${edges.map(doubleLiteral).join(', ')}] AS edge),
    guessed AS (SELECT ${value} AS value, ${bin} AS bin FROM ${from} WHERE ${column} IS NOT NULL)
    SELECT bin - (value < edge[bin + 1])::INTEGER + (bin < ${bins - 1} AND value >= edge[bin + 2])::INTEGER AS bin, count(*)
    FROM guessed, edges GROUP BY ALL`;
  const counts = Array.from({ length: bins }, () => 0);
  for (const [index, count] of await readRows<[number, bigint]>(connection, statement)) counts[index] = Number(count);
  return counts;
}

/** Returns a finite number as a DOUBLE literal of SQL. A plain number would be a DECIMAL. */
const doubleLiteral = (number: number): string => `'${number}'::DOUBLE`;
