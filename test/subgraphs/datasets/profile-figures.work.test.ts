import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { computeBinEdges } from '../../../subgraphs/datasets/dataset-profile/describe/bin-edges.js';
import { describeColumn } from '../../../subgraphs/datasets/dataset-profile/describe/describe-column.js';
import type { ColumnType } from '../../../subgraphs/datasets/generated/graphql.js';
import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { waitForProfile } from './arrange.js';
import { upload } from './upload.js';

let subgraph: RunningSubgraph;
let connection: DuckDBConnection;
const folder = mkdtempSync(join(tmpdir(), 'profile-figures-'));
beforeAll(async () => {
  subgraph = await runSubgraph(datasets);
  connection = await (await DuckDBInstance.create()).connect();
});
afterAll(async () => {
  connection.closeSync();
  rmSync(folder, { recursive: true });
  await subgraph.close();
});

const query = async (statement: string): Promise<unknown[][]> => (await connection.runAndReadAll(statement)).getRows();

const PROFILE = graphql(`
  query ($id: ID!) {
    dataset(id: $id) {
      rowCount
      columns {
        name
        dtype
      }
      profile {
        columns {
          name
          dtype
          nullCount
          distinctCount
          numeric {
            min
            max
            mean
            stddev
            median
            histogram {
              edges
              counts
            }
          }
          topValues {
            value
            count
          }
        }
      }
    }
  }
`);

async function profileOf(bytes: Uint8Array | string, contentType: string) {
  const viewer = aMember();
  const uploadId = await upload(subgraph, viewer, bytes, { contentType });
  const create = graphql(`
    mutation ($uploadId: ID!) {
      datasetCreate(input: { name: "d", source: UPLOAD, uploadId: $uploadId }) {
        dataset {
          id
        }
      }
    }
  `);
  const { id } = (await subgraph.execute(viewer, create, { uploadId })).data.datasetCreate.dataset;
  expect(await waitForProfile(subgraph, viewer, id)).toBe('READY');
  return (await subgraph.execute(viewer, PROFILE, { id })).data.dataset;
}

describe('the statistics of a profile', () => {
  it('equal exact DuckDB queries and separately counted bins', async () => {
    const path = join(folder, 'rows.csv');
    await query(`COPY (SELECT i AS id, round(random() * 100 - 50, 2) AS x, CASE WHEN i % 7 = 0 THEN NULL ELSE exp(random() * 20) END AS y,
      (random() * 30)::INT AS n, 'name ' || (random() * 300)::INT AS name, random() < 0.3 AS flag,
      DATE '2020-01-01' + (random() * 90)::INT AS day
      FROM range(5000) AS t(i)) TO '${path}' (FORMAT csv, HEADER)`);
    const { rowCount, profile } = await profileOf(readFileSync(path), 'text/csv');
    expect(rowCount).toBe(5_000);
    const from = `read_csv('${path}', sample_size = -1)`;
    for (const { name, dtype, nullCount, distinctCount, numeric, topValues } of profile.columns) {
      const [[nulls, distinct] = []] = await query(`SELECT count(*) - count(${name}), count(DISTINCT ${name}) FROM ${from}`);
      expect([name, nullCount, distinctCount]).toEqual([name, Number(nulls), Number(distinct)]);
      const top = await query(
        `SELECT ${name}::VARCHAR, count(*) AS times FROM ${from} WHERE ${name} IS NOT NULL
         GROUP BY ${name} ORDER BY times DESC, ${name} LIMIT 10`,
      );
      expect(topValues.map(({ count }) => count)).toEqual(top.map(([, n]) => Number(n)));
      expect(topValues.map(({ value }) => value)).toEqual(top.map(([value]) => (dtype === 'FLOAT' ? String(Number(value)) : value)));
      if (dtype !== 'INTEGER' && dtype !== 'FLOAT') {
        expect(numeric).toBeNull();
        continue;
      }
      const [[min, max, mean, stddev, median] = []] = await query(
        `SELECT min(${name})::DOUBLE, max(${name})::DOUBLE, avg(${name}), stddev_samp(${name}), quantile_cont(${name}, 0.5) FROM ${from}`,
      );
      expect([name, numeric.min, numeric.max, numeric.median]).toEqual([name, min, max, median]);
      expect(numeric.mean).toBeCloseTo(mean as number, 6);
      expect(numeric.stddev / (stddev as number)).toBeCloseTo(1, 9);
      const values = (await query(`SELECT ${name}::DOUBLE FROM ${from} WHERE ${name} IS NOT NULL`)).map(([value]) => value as number);
      const { edges, counts } = numeric.histogram;
      expect([edges[0], edges.at(-1), edges.length, counts.length]).toEqual([min, max, 21, 20]);
      const expected = counts.map(
        (_, bin) => values.filter((value) => value >= edges[bin]! && (value < edges[bin + 1]! || bin === 19)).length,
      );
      expect(counts).toEqual(expected);
    }
  });

  it('are correct for extreme, equal, and single numbers', async () => {
    const describe = async (values: string[]) => {
      await query(
        `CREATE OR REPLACE TABLE numbers AS SELECT value::DOUBLE AS c0
         FROM (VALUES ${values.map((v) => `('${v}')`).join(', ')}) AS t(value)`,
      );
      return (await describeColumn(connection, 'numbers', { column: 'c0', name: 'x', dtype: 'FLOAT' })).numeric!;
    };
    const far = await describe(['-1.7e308', '1.7e308', '1e308', '0']);
    expect(far).toMatchObject({ min: -1.7e308, max: 1.7e308, median: 0.5e308 });
    expect(far.mean / 0.25e308).toBeCloseTo(1, 9);
    expect(far.histogram.counts.reduce((sum, count) => sum + count)).toBe(4);
    expect(far.histogram.counts[19]).toBe(1);
    expect(await describe(['2', '2', '2'])).toEqual({
      min: 2,
      max: 2,
      mean: 2,
      stddev: 0,
      median: 2,
      histogram: { edges: [2, 2], counts: [3] },
    });
    expect(await describe(['7'])).toMatchObject({ stddev: null, histogram: { edges: [7, 7], counts: [1] } });
    expect((await describe(['5e-324', '1e-323'])).histogram.counts).toEqual([2]);
  });

  it('have ascending bin edges that end at the extreme values', () => {
    for (const [min, max] of [
      [0, 1],
      [-1e308, 1.7e308],
      [0.1, 0.3],
      [1, 1 + Number.EPSILON],
      [-0, 0],
      [3, 3],
    ] as const) {
      // prettier-ignore
      const edges = computeBinEdges(min, max);
      expect([edges[0], edges.at(-1)]).toEqual([min, max]);
      for (let index = 1; index < edges.length && edges.length > 2; index++) expect(edges[index]).toBeGreaterThan(edges[index - 1]!);
    }
  });

  it('are correct for the types of Parquet', async () => {
    const path = join(folder, 'rows.parquet');
    await query(`COPY (SELECT i::TINYINT AS small, i::UBIGINT * 9000000000000000000::UBIGINT AS huge,
      1.5::DECIMAL(10, 2) AS price, 0.1::FLOAT AS single,
      CASE WHEN i = 1 THEN 'NaN'::DOUBLE ELSE 0.5 END AS double, DATE '2024-02-29' AS day, TIMESTAMPTZ '2024-02-29 12:00:00+02' AS moment,
      i = 0 AS flag, '007' AS code, [i, i] AS list, {'a': i} AS object, 'x'::BLOB AS bytes, i AS "Small" FROM range(3) AS t(i))
      TO '${path}' (FORMAT parquet)`);
    const { columns, profile } = await profileOf(readFileSync(path), 'application/vnd.apache.parquet');
    const types: [string, ColumnType][] = columns.map(({ name, dtype }) => [name, dtype]);
    expect(types.slice(0, 12)).toEqual([
      ['small', 'INTEGER'],
      ['huge', 'STRING'],
      ['price', 'FLOAT'],
      ['single', 'FLOAT'],
      ['double', 'FLOAT'],
      ['day', 'DATETIME'],
      ['moment', 'DATETIME'],
      ['flag', 'BOOLEAN'],
      ['code', 'STRING'],
      ['list', 'STRING'],
      ['object', 'STRING'],
      ['bytes', 'STRING'],
    ]);
    const top = Object.fromEntries(profile.columns.map((column) => [column.name, column.topValues[0]!.value]));
    expect(top).toMatchObject({
      price: '1.5',
      day: '2024-02-29',
      moment: '2024-02-29T10:00:00Z',
      code: '007',
      list: '[0,0]',
      object: '{"a":0}',
    });
    expect(profile.columns[4]).toMatchObject({ nullCount: 1, distinctCount: 1 });
    expect(profile.columns[1]!.topValues.map(({ value }) => value)).toContain('18000000000000000000');
  });

  it('are refused for Parquet with infinite values', async () => {
    const path = join(folder, 'infinite.parquet');
    await query(`COPY (SELECT 'inf'::DOUBLE AS x) TO '${path}' (FORMAT parquet)`);
    const viewer = aMember();
    const uploadId = await upload(subgraph, viewer, readFileSync(path), { contentType: 'application/vnd.apache.parquet' });
    const create = graphql(`
      mutation ($uploadId: ID!) {
        datasetCreate(input: { name: "d", source: UPLOAD, uploadId: $uploadId }) {
          dataset {
            id
          }
        }
      }
    `);
    const { id } = (await subgraph.execute(viewer, create, { uploadId })).data.datasetCreate.dataset;
    await waitForProfile(subgraph, viewer, id);
    const { data } = await subgraph.execute(viewer, graphql('query ($id: ID!) { dataset(id: $id) { status failure { code } } }'), { id });
    expect(data.dataset).toEqual({ status: 'FAILED', failure: { code: 'NOT_FINITE' } });
  });
});
