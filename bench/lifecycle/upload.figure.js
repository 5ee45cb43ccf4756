// Measures how much the memory of the gateway grows while a file of 500 MB is uploaded through it to the subgraph datasets, each in
// a process of its own.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { memoryOf } from './processes.js';

const BYTES = 500_000_000;
const LINE = Buffer.from('1234567890,abcdefghij,0.123456789\n'.repeat(2000));
const SERVERS = ['gateway', 'serving', 'datasets'];

export async function figures() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-upload-'));
  const ports = Object.fromEntries(await Promise.all(SERVERS.map(async (name) => [name, await freePort()])));
  const environment = {
    PATH: process.env.PATH, // eslint-disable-line no-restricted-syntax
    DATA_FOLDER: folder,
    LOG_LEVEL: 'error',
    UPLOAD_MAX_BYTES: String(BYTES + 1),
    SUPERGRAPH_FILE: 'gateway/supergraph.graphql',
    SERVING_URL: `http://127.0.0.1:${ports.serving}/graphql`,
    DATASETS_URL: `http://127.0.0.1:${ports.datasets}/graphql`,
  };
  const run = (script, ...args) => promisify(execFile)(process.execPath, [script, ...args], { env: environment });
  const { stdout } = await run('dist/subgraphs/serving/create-organization.js', 'bench', 'Bench', 'bench@example.com');
  const key = /mlp_live_\w+/.exec(stdout)[0];
  const servers = SERVERS.map((name) =>
    spawn(process.execPath, [name === 'gateway' ? 'dist/gateway/main.js' : `dist/subgraphs/${name}/main.js`], {
      env: { ...environment, PORT: String(ports[name]) },
      stdio: ['ignore', 'inherit', 'inherit'],
    }),
  );
  try {
    await Promise.all(Object.values(ports).map(untilReady));
    const { bytes, seconds } = await upload(`http://127.0.0.1:${ports.gateway}`, key, servers[0].pid);
    console.log(`     ${(BYTES / 1e6 / seconds).toFixed(0)} MB/s`);
    return [{ name: 'growth of the memory of the gateway while 500 MB are uploaded', value: bytes / 1e6, limit: 50, unit: 'MB' }];
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.once('exit', resolve).kill())));
    rmSync(folder, { recursive: true });
  }
}

async function upload(origin, key, gatewayPid) {
  const hash = createHash('sha256');
  for (const chunk of chunks()) hash.update(chunk);
  const input = { filename: 'rows.csv', contentType: 'text/csv', byteSize: BYTES, sha256: hash.digest('hex') };
  const query = `mutation ($input: FileUploadCreateInput!) {
    fileUploadCreate(input: $input) { upload { url headers { name value } } userErrors { message } }
  }`;
  const headers = { 'content-type': 'application/json', 'x-api-key': key };
  const response = await fetch(`${origin}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables: { input } }) });
  const { upload: target } = (await response.json()).data.fileUploadCreate;
  const before = memoryOf(gatewayPid);
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, memoryOf(gatewayPid))), 50);
  const start = performance.now();
  await put(new URL(target.url, origin), target.headers);
  clearInterval(watch);
  return { bytes: peak - before, seconds: (performance.now() - start) / 1000 };
}

async function put(url, given) {
  const headers = { 'content-length': BYTES, ...Object.fromEntries(given.map(({ name, value }) => [name, value])) };
  const outgoing = request(url, { method: 'PUT', headers });
  const responded = new Promise((resolve, reject) => outgoing.once('response', resolve).once('error', reject));
  await pipeline(Readable.from(chunks()), outgoing);
  const { statusCode } = await responded;
  if (statusCode !== 200) throw new Error(`The upload failed with the status ${statusCode}.`);
}

function* chunks() {
  for (let left = BYTES; left > 0; left -= LINE.length) yield LINE.subarray(0, Math.min(left, LINE.length));
}

async function untilReady(port) {
  for (;;) {
    const isReady = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await sleep(100);
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
