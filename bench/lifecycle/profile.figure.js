// Measures the profiling of a CSV file with a million rows and twenty columns: the ratio of the time from the request that creates
// the dataset until READY to that of the same DuckDB queries alone, and the memory used.
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { v7 as uuidv7 } from 'uuid';
import { openMigrated } from '../../dist/subgraphs/shared/database/migrate.js';
import { COPY_FILE } from '../../dist/subgraphs/datasets/dataset-profile/profile-task.js';
import { createFiles } from '../../dist/subgraphs/datasets/files.js';
import { datasets } from '../../dist/subgraphs/datasets/subgraph.js';
import { startSubgraph } from '../../dist/subgraphs/shared/server/start-subgraph.js';
import { sign } from '../../dist/subgraphs/shared/viewer/signature.js';
import { childrenOf, memoryOf } from './processes.js';

const ROWS = 1_000_000;
/** Other work on the machine slows some rounds, so that the fastest rounds are compared. */
const ROUNDS = 3;
const ALONE = fileURLToPath(new URL('profile-alone.js', import.meta.url));

export async function figures() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-profile-'));
  try {
    mkdirSync(join(folder, 'alone'));
    const csv = join(folder, 'alone', 'input');
    await makeCsv(csv);
    const [alone, service] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      alone.push(await seconds(() => promisify(execFile)(process.execPath, [ALONE], { cwd: join(folder, 'alone') })));
      rmSync(join(folder, 'alone', COPY_FILE));
      service.push(await throughTheService(join(folder, String(round)), csv));
    }
    const [wholeSeconds, childMegabytes, serviceMegabytes] = ['whole', 'childMegabytes', 'serviceMegabytes'].map((figure) =>
      service.map((round) => round[figure]),
    );
    const format = (times) => times.map((time) => time.toFixed(2)).join(', ');
    console.log(`     the queries alone ${format(alone)} s, the service ${format(wholeSeconds)} s`);
    return [
      {
        name: 'profile of a CSV of 1M x 20, relative to the same DuckDB queries alone',
        value: Math.min(...wholeSeconds) / Math.min(...alone),
        limit: 1.3,
        unit: 'times',
      },
      { name: 'memory of the child process', value: Math.max(...childMegabytes), limit: 1024, unit: 'MB' },
      { name: 'growth of the memory of the service', value: Math.max(...serviceMegabytes), limit: 150, unit: 'MB' },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function makeCsv(path) {
  const times = (count, make) => Array.from({ length: count }, (_, index) => make(index));
  const columns = [
    'i AS id',
    ...times(9, (k) => `round(random() * ${10 ** (k % 4)}, 4) AS float${k}`),
    ...times(5, (k) => `(random() * ${10 ** (k + 2)})::INT AS int${k}`),
    `'name ' || (random() * 5000)::INT AS name`,
    `['red', 'green', 'blue'][(random() * 2)::INT + 1] AS color`,
    'CASE WHEN random() < 0.1 THEN NULL ELSE random() < 0.5 END AS flag',
    `TIMESTAMP '2020-01-01' + (random() * 1e8)::INT * INTERVAL 1 SECOND AS at`,
    'uuid()::VARCHAR AS code',
  ];
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`COPY (SELECT ${columns.join(', ')} FROM range(${ROWS}) AS t(i)) TO '${path}' (FORMAT csv, HEADER)`);
}

async function throughTheService(folder, csv) {
  const key = { id: 'bench', secret: randomBytes(32) };
  const filesFolder = join(folder, 'files');
  const config = {
    ...{ host: '127.0.0.1', port: 0, logLevel: 'error', viewerKeys: [key], database: { folder: join(folder, 'database') } },
    ...{ filesFolder, maxUploadBytes: 1e9, publicUrl: null, serving: () => ({ url: 'http://127.0.0.1:9/graphql', key }) },
  };
  const subgraph = await startSubgraph(datasets(config), config, openMigrated);
  const viewer = { organizationId: uuidv7(), userId: uuidv7(), roles: ['MEMBER'], scopes: [] };
  const runOperation = async (query, variables) => {
    const body = JSON.stringify({ query, variables });
    const headers = { 'content-type': 'application/json', ...sign('datasets', key, { requestId: 'bench', viewer }, body) };
    return (await (await fetch(subgraph.url, { method: 'POST', headers, body })).json()).data;
  };
  try {
    const fileId = await store(subgraph.client, createFiles(config), viewer.organizationId, csv);
    await sleep(2_000); // Wait until the preforked child process is idle.
    const before = megabytesOf(process.pid);
    let [childMegabytes, serviceMegabytes] = [0, 0];
    const whole = await seconds(async () => {
      const create = 'mutation ($id: ID!) { datasetCreate(input: { name: "d", source: UPLOAD, fileId: $id }) { dataset { id } } }';
      const { id } = (await runOperation(create, { id: fileId })).datasetCreate.dataset;
      for (;;) {
        const { dataset } = await runOperation('query ($id: ID!) { dataset(id: $id) { status rowCount failure { message } } }', { id });
        childMegabytes = Math.max(childMegabytes, ...childrenOf(process.pid).map(megabytesOf));
        serviceMegabytes = Math.max(serviceMegabytes, megabytesOf(process.pid) - before);
        if (dataset.status === 'FAILED') throw new Error(dataset.failure.message);
        if (dataset.status === 'READY') return;
        await sleep(250); // Polling more often would slow the work that is measured.
      }
    });
    return { whole, childMegabytes, serviceMegabytes };
  } finally {
    await subgraph.close();
  }
}

/** Stores a file like an upload does: a blob and the rows that refer to it. */
async function store(client, { blobs }, orgId, csv) {
  const [blobId, id, hash] = [uuidv7(), uuidv7(), createHash('sha256')];
  let byteSize = 0;
  async function* hashed() {
    for await (const bytes of createReadStream(csv)) {
      hash.update(bytes);
      byteSize += bytes.length;
      yield bytes;
    }
  }
  await blobs.write({ orgId, blobId }, hashed());
  const sha256 = new Uint8Array(hash.digest());
  await client.storedContent.create({ data: { orgId, sha256, blobId } });
  await client.storedFile.create({ data: { orgId, id, filename: 'rows.csv', mimeType: 'text/csv', byteSize, sha256 } });
  return id;
}

const megabytesOf = (pid) => memoryOf(pid) / 1024 ** 2;

async function seconds(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
