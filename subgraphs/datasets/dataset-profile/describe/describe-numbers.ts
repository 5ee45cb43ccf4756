import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf } from '../../table-copy/duckdb.js';
import type { NumericProfileResult } from '../profile-task.js';
import { binEdges } from './bin-edges.js';

/** Beyond this, sums of squares leave what a double holds: figures are computed of smaller numbers and made larger again. */
const LARGE = 1e150;

/** What the numbers of a column say; it has at least one. */
export async function describeNumbers(connection: DuckDBConnection, from: string, column: string): Promise<NumericProfileResult> {
  const [[min, max, median] = [0, 0, 0]] = await rowsOf<[number, number, number]>(
    connection,
    `SELECT min(${column})::DOUBLE, max(${column})::DOUBLE, quantile_cont(${column}, 0.5)::DOUBLE FROM ${from}`,
  );
  const largest = Math.max(Math.abs(min), Math.abs(max));
  const scale = largest > LARGE ? largest : 1;
  const scaled = scale === 1 ? column : `${column} / ${double(scale)}`;
  const [[mean, stddev] = [0, null]] = await rowsOf<[number, number | null]>(
    connection,
    `SELECT avg(${scaled})::DOUBLE, stddev_samp(${scaled}) FROM ${from}`,
  );
  const edges = binEdges(min, max);
  return {
    min,
    max,
    mean: mean * scale,
    stddev: stddev === null ? null : finite(stddev * scale),
    median: Number.isFinite(median) ? median : min / 2 + max / 2,
    histogram: { edges, counts: await countBins(connection, from, column, edges) },
  };
}

/** The deviation of numbers at both ends of what a double holds may be none that it holds. */
const finite = (number: number): number | null => (Number.isFinite(number) ? number : null);

/** How many values lie between each two edges. A bin is computed by division, and then set right by the edges themselves. */
async function countBins(connection: DuckDBConnection, from: string, column: string, edges: readonly number[]): Promise<number[]> {
  const bins = edges.length - 1;
  const [min, max] = [edges[0]!, edges[bins]!];
  const value = `${column}::DOUBLE`;
  const share = `(${value} / 2 - ${double(min / 2)}) / ${double(max / 2 - min / 2)}`;
  const bin = bins === 1 ? '0' : `least(greatest(floor(${share} * ${bins}), 0), ${bins - 1})::INTEGER`;
  const statement = `
    WITH edges AS (SELECT [${edges.map(double).join(', ')}] AS edge),
    guessed AS (SELECT ${value} AS value, ${bin} AS bin FROM ${from} WHERE ${column} IS NOT NULL)
    SELECT bin - (value < edge[bin + 1])::INTEGER + (bin < ${bins - 1} AND value >= edge[bin + 2])::INTEGER AS bin, count(*)
    FROM guessed, edges GROUP BY ALL`;
  const counts = Array.from({ length: bins }, () => 0);
  for (const [index, count] of await rowsOf<[number, bigint]>(connection, statement)) counts[index] = Number(count);
  return counts;
}

/** A finite number as a literal: written plainly it would be a decimal. */
const double = (number: number): string => `'${number}'::DOUBLE`;
