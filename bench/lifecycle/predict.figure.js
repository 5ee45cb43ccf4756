// Measures predictions of a classifier with twenty columns over signed HTTP, each with a row in the log: the difference of the median
// time from that of onnxruntime alone in this process, in the fastest of several rounds, and the CPU time of everything but the client.
// All processes run on one core: waking another core of a virtual machine takes 0.1 ms, and a prediction does so six times.
// The database is embedded and its CPU time counted. An argument `postgresql://...` uses an empty PostgreSQL database instead, whose
// CPU time is not counted.
import { fork } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { create, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProto_DataType as DataType } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { v7 as uuidv7 } from 'uuid';
import { openMigrated } from '../../dist/subgraphs/shared/database/migrate.js';
import { serving } from '../../dist/subgraphs/serving/subgraph.js';
import { Blobs } from '../../dist/subgraphs/shared/blobs/blobs.js';
import { startSubgraph } from '../../dist/subgraphs/shared/server/start-subgraph.js';
import { childrenOf, onOneCore } from './processes.js';

const COLUMNS = Array.from({ length: 20 }, (_, index) => `column_${index}`);
const CLASSES = ['Adelie', 'Chinstrap', 'Gentoo'];
const WARM_UP_COUNT = 2000;
const COUNT = 1000;
const ROUNDS = 5;
const CLIENTS = 8;
const INTERVAL_MS = 3;

export const figures = () => onOneCore(measure);

async function measure(isOneCore) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-predict-'));
  const bytes = model();
  const server = await start(folder, bytes);
  try {
    const runtime = await runtimeOf(bytes);
    await server.predict({ count: WARM_UP_COUNT, clients: 1 });
    const [runtimeMedians, predictMedians] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      runtimeMedians.push(median(await runtime.times(COUNT)));
      predictMedians.push(median((await server.predict({ count: COUNT, clients: 1 })).times));
    }
    const added = Math.min(...predictMedians.map((time, round) => time - runtimeMedians[round]));
    const cpu = server.cpuMs();
    const { ms } = await server.predict({ count: COUNT, clients: CLIENTS });
    const perPrediction = (server.cpuMs() - cpu) / COUNT;
    console.log(
      `     ${isOneCore ? 'one core' : 'all cores'}: onnxruntime alone ${format(runtimeMedians)} ms, ` +
        `predict ${format(predictMedians)} ms; ${((COUNT / ms) * 1000).toFixed(0)} per second with ${CLIENTS} clients, ` +
        `${(1000 / perPrediction).toFixed(0)} per second of CPU time`,
    );
    return [
      { name: 'time that predict adds to onnxruntime, at the median of the fastest round', value: added, limit: 2, unit: 'ms' },
      { name: 'CPU time of a prediction with its log row (5 ms are 200 per second)', value: perPrediction, limit: 5, unit: 'ms' },
    ];
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

/** Runs onnxruntime in this process, with pauses as between predictions, because a process that has slept is slower. */
async function runtimeOf(bytes) {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const time = async () => {
    const feeds = Object.fromEntries(COLUMNS.map((column) => [column, new Tensor('float32', [Math.random()], [1, 1])]));
    const started = performance.now();
    await session.run(feeds);
    return performance.now() - started;
  };
  for (let index = 0; index < WARM_UP_COUNT; index++) await time();
  return {
    async times(count) {
      const times = [];
      for (let index = 0; index < count; index++) {
        await sleep(INTERVAL_MS);
        times.push(await time());
      }
      return times;
    },
  };
}

async function start(folder, bytes) {
  const key = { id: 'bench', secret: randomBytes(32) };
  const url = process.argv.find((argument) => /^postgres(ql)?:/.test(argument));
  const config = {
    ...{ host: '127.0.0.1', port: 0, logLevel: 'error', viewerKeys: [key], database: url ? { url } : { folder: join(folder, 'database') } },
    ...{
      apiKeyPepper: randomBytes(32),
      sessionPrivateKey: generateKeyPairSync('ed25519').privateKey,
      datasets: () => ({ url: 'http://127.0.0.1:9/graphql', key }),
    },
    ...{ modelsFolder: join(folder, 'models'), maxModelBytes: 1e9, inference: { workers: 1, timeoutMs: 4000, endpointsAllowed: [] } },
  };
  const subgraph = await startSubgraph(serving(config), config, openMigrated);
  const [orgId, userId, versionId] = [uuidv7(), uuidv7(), uuidv7()];
  await arrange(subgraph.client, new Blobs(config.modelsFolder), { orgId, userId, versionId, bytes });
  const viewer = { organizationId: orgId, userId, roles: ['MEMBER'], scopes: [] };
  const options = { url: subgraph.url, secret: key.secret.toString('base64'), viewer, versionId, columns: COLUMNS };
  const client = fork(fileURLToPath(new URL('predict-client.js', import.meta.url)), [JSON.stringify(options)]);
  return {
    async predict(task) {
      client.send(task);
      const [result] = await Promise.race([once(client, 'message'), once(client, 'exit')]);
      if (typeof result !== 'object') throw new Error('The client ended.');
      return result;
    },
    /** Returns the CPU time of this process and its children other than the client, in ms. */
    cpuMs() {
      const { user, system } = process.cpuUsage();
      const children = childrenOf(process.pid).filter((pid) => Number(pid) !== client.pid);
      return (user + system) / 1000 + children.reduce((sum, pid) => sum + childMs(pid), 0);
    },
    async close() {
      client.disconnect();
      await subgraph.close();
    },
  };
}

/** Stores a version of the model like `modelVersionCreate` does. */
async function arrange(client, blobs, { orgId, userId, versionId, bytes }) {
  const [modelId, blobId] = [uuidv7(), uuidv7()];
  const sha256 = new Uint8Array(createHash('sha256').update(bytes).digest());
  await blobs.write(
    { orgId, blobId },
    (async function* () {
      yield bytes;
    })(),
  );
  const signature = {
    inputs: COLUMNS.map((name) => ({ name, type: 'float32', shape: [null, 1] })),
    outputs: [
      { name: 'label', type: 'string', shape: [null] },
      { name: 'probabilities', type: 'float32', shape: [null, CLASSES.length] },
    ],
    classes: CLASSES,
  };
  const properties = Object.fromEntries(COLUMNS.map((column) => [column, { type: ['number', 'null'] }]));
  const schemas = {
    inputSchema: { type: 'object', properties, required: COLUMNS, additionalProperties: false },
    outputSchema: { type: 'object' },
  };
  const version = { orgId, id: versionId, modelId, number: 1, trainingStrategy: 'CUSTOM', ...schemas, artifactSha256: sha256 };
  // In one transaction, because artifacts without a version are removed.
  await client.$transaction([
    client.modelArtifact.create({ data: { orgId, sha256, blobId, byteSize: bytes.length, signature } }),
    client.model.create({ data: { orgId, id: modelId, name: 'bench', framework: 'onnx', ownerId: userId } }),
    client.modelVersion.create({ data: version }),
  ]);
}

function model() {
  const value = (name, dims, elemType = DataType.FLOAT) => ({
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType,
          shape: {
            dim: dims.map((size) => ({
              value: typeof size === 'string' ? { case: 'dimParam', value: size } : { case: 'dimValue', value: BigInt(size) },
            })),
          },
        },
      },
    },
  });
  const int = (name, i) => ({ name, type: 2, i: BigInt(i) });
  const node = (opType, input, output, attribute = []) => ({ opType, input, output, attribute });
  const weights = Array.from({ length: COLUMNS.length * CLASSES.length }, (_, index) => Math.sin(index));
  const graph = {
    name: 'bench',
    input: COLUMNS.map((column) => value(column, ['rows', 1])),
    initializer: [
      { name: 'weights', dataType: DataType.FLOAT, floatData: weights, dims: [BigInt(COLUMNS.length), BigInt(CLASSES.length)] },
      {
        name: 'classes',
        dataType: DataType.STRING,
        stringData: CLASSES.map((name) => new TextEncoder().encode(name)),
        dims: [BigInt(CLASSES.length)],
      },
    ],
    node: [
      node('Concat', COLUMNS, ['x'], [int('axis', 1)]),
      node('MatMul', ['x', 'weights'], ['scores']),
      node('Softmax', ['scores'], ['probabilities'], [int('axis', 1)]),
      node('ArgMax', ['scores'], ['best'], [int('axis', 1), int('keepdims', 0)]),
      node('Gather', ['classes', 'best'], ['label'], [int('axis', 0)]),
    ],
    output: [value('label', ['rows'], DataType.STRING), value('probabilities', ['rows', CLASSES.length])],
  };
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n, opsetImport: [{ domain: '', version: 17n }], graph }));
}

/** Returns the CPU time of a process in ms. Linux counts it in ticks of 10 ms. */
function childMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const format = (medians) => medians.map((time) => time.toFixed(2)).join(', ');
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
