// Starts the six servers as processes, with embedded databases in a folder of their own, and fills them.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SUBGRAPHS, urlVariable } from '../../dist/subgraphs/shared/configuration/registry.js';
import { memoryOf } from '../lifecycle/processes.js';
import { send } from './send.js';

const USERS = 100;
const DOCUMENTS = 20;
const CHUNKS = 50;

/** Starts the graph with two organizations. Returns its URL, the API key of each, and the processes by name. */
export async function startGraph() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-attack-'));
  const environment = { PATH: dirname(process.execPath), DATA_FOLDER: folder, LOG_LEVEL: 'error' };
  const keys = ['attacker', 'honest'].map((slug) => createOrganization(environment, slug));
  const ports = Object.fromEntries(await Promise.all([...SUBGRAPHS, 'gateway'].map(async (name) => [name, await freePort()])));
  const urls = Object.fromEntries(SUBGRAPHS.map((name) => [urlVariable(name), `http://127.0.0.1:${ports[name]}/graphql`]));
  const processes = new Map(
    Object.entries(ports).map(([name, port]) => {
      const script = name === 'gateway' ? 'dist/gateway/main.js' : `dist/subgraphs/${name}/main.js`;
      return [name, spawn(process.execPath, [script], { env: { ...environment, ...urls, PORT: String(port) }, stdio: 'inherit' })];
    }),
  );
  for (const port of Object.values(ports)) while (!(await isReady(port))) await sleep(100);
  const graph = {
    url: `http://127.0.0.1:${ports.gateway}/graphql`,
    keys,
    /** Returns the resident memory of each process in MB. */
    memory: () => Object.fromEntries([...processes].map(([name, { pid }]) => [name, Math.round(memoryOf(pid) / 1024 / 1024)])),
    async close() {
      await Promise.all([...processes.values()].map((server) => new Promise((resolve) => server.once('exit', resolve).kill('SIGTERM'))));
      rmSync(folder, { recursive: true });
    },
  };
  for (const key of keys) await fill(graph, key);
  return graph;
}

async function fill(graph, key) {
  const run = async (query, variables) => {
    const { body } = await send(graph.url, key, query, variables);
    if (body.errors) throw new Error(JSON.stringify(body.errors));
    return body.data;
  };
  for (let index = 0; index < USERS; index++)
    await run('mutation ($input: UserCreateInput!) { userCreate(input: $input) { user { id } userErrors { message } } }', {
      input: { email: `user${index}@example.com`, fullName: `User ${index}`, password: `long password ${index}`, role: 'MEMBER' },
    });
  const { collectionCreate } = await run('mutation { collectionCreate(input: { name: "guides" }) { collection { id } } }');
  for (let index = 0; index < DOCUMENTS; index++)
    await run('mutation ($input: DocumentIngestInput!) { documentIngest(input: $input) { document { id } userErrors { message } } }', {
      input: {
        collectionId: collectionCreate.collection.id,
        title: `Guide ${index}`,
        sourceUrl: `https://example.com/${index}`,
        chunks: Array.from({ length: CHUNKS }, (_, chunk) => ({ content: `Chunk ${chunk} of guide ${index}. ${'text '.repeat(100)}` })),
      },
    });
  const { modelCreate } = await run('mutation { modelCreate(input: { name: "m", framework: "f" }) { model { id } } }');
  const { modelVersionCreate } = await run(
    `mutation ($id: ID!) { modelVersionCreate(input: { modelId: $id, trainingStrategy: CUSTOM, inputSchema: { type: "object" }, outputSchema: { type: "object" } }) {
       modelVersion { id } userErrors { message } } }`,
    { id: modelCreate.model.id },
  );
  for (let index = 0; index < USERS; index++)
    await run(
      'mutation ($input: PredictionRecordInput!) { predictionRecord(input: $input) { prediction { id } userErrors { message } } }',
      {
        input: { modelVersionId: modelVersionCreate.modelVersion.id, input: { x: index }, output: { y: index }, outcome: 'SUCCEEDED' },
      },
    );
}

function createOrganization(environment, slug) {
  const script = 'dist/subgraphs/serving/create-organization.js';
  const output = execFileSync(process.execPath, [script, slug, slug, `admin@${slug}.example`], { env: environment, encoding: 'utf8' });
  return JSON.parse(output).apiKeyToken;
}

const isReady = (port) =>
  fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
