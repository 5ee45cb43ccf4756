import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { v7 as uuidv7 } from 'uuid';
import { Blobs } from '../../../subgraphs/shared/blobs/blobs.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql as datasetsGraphql } from '../../kit/documents/datasets.js';
import { graphql } from '../../kit/documents/serving.js';
import { sweepArtifacts } from '../../../subgraphs/serving/model-artifact/sweep.unscoped.store.js';
import { DataType, floats, graphOf, node, onnx, sideModel, sumModel, texts, value, type GraphInit, type NodeInit } from '../../kit/onnx.js';
import { runPeers, type RunningPeers } from '../../kit/peers.js';
import { servingParts } from '../../kit/serving.js';
import { aMember } from '../../kit/viewers.js';
import { upload } from '../datasets/upload.js';
import { aUser, mutate, createModel } from './arrange.js';

let peers: RunningPeers;
beforeAll(async () => void (peers = await runPeers()));
afterAll(() => peers.close());

const uploadModel = (viewer: Viewer, bytes: Uint8Array) =>
  upload(peers.datasets, viewer, bytes, { filename: 'model.onnx', contentType: 'application/octet-stream' });

const FIELDS = `modelVersion { id number inputSchema outputSchema
  artifact { byteSize classes inputs { name type shape } outputs { name type shape } } }`;

/** Tries to make a version of these bytes and answers the payload. */
async function register(viewer: Viewer, bytes: Uint8Array, rest: object = {}, modelId?: string) {
  const input = { modelId: modelId ?? (await createModel(peers.serving, viewer)), trainingStrategy: 'CUSTOM', ...rest };
  return mutate(peers.serving, viewer, 'modelVersionCreate', { uploadId: await uploadModel(viewer, bytes), ...input }, FIELDS);
}

/** The names of the blobs that the organization has. */
const blobsOf = ({ organizationId }: Viewer): string[] => {
  const folder = join(servingParts.modelsFolder, organizationId);
  return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.gz')) : [];
};
const storedFiles = async (viewer: Viewer): Promise<number> =>
  (await peers.datasets.execute(viewer, datasetsGraphql('{ storedFiles { totalCount } }'))).data.storedFiles.totalCount;
const versions = async (viewer: Viewer): Promise<number> =>
  (await peers.serving.execute(viewer, graphql('{ modelVersions { totalCount } }'))).data.modelVersions.totalCount;

describe('a version with an ONNX file', () => {
  it('has a copy of the file, and schemas derived from it', async () => {
    const viewer = await aUser(peers.serving);
    const bytes = sideModel();
    const { modelVersion, userErrors } = await register(viewer, bytes);
    expect(userErrors).toEqual([]);
    expect(modelVersion).toMatchObject({
      number: 1,
      inputSchema: {
        type: 'object',
        properties: { x: { type: ['number', 'null'] }, y: { type: ['number', 'null'] } },
        required: ['x', 'y'],
        additionalProperties: false,
      },
      outputSchema: {
        properties: {
          label: { type: 'string', enum: ['left', 'right'] },
          confidence: { type: 'number' },
          probabilities: { type: 'object' },
        },
      },
      artifact: {
        byteSize: bytes.length,
        classes: ['left', 'right'],
        inputs: [
          { name: 'x', type: 'float32', shape: [null, 1] },
          { name: 'y', type: 'float32', shape: [null, 1] },
        ],
        outputs: [
          { name: 'label', type: 'string', shape: [null] },
          { name: 'probabilities', type: 'float32', shape: [null, 2] },
        ],
      },
    });
    expect(blobsOf(viewer)).toHaveLength(1);
    expect(await storedFiles(viewer)).toBe(0);
  });

  it('can use a stored file, which can be deleted then; the same bytes are stored once', async () => {
    const viewer = await aUser(peers.serving);
    const bytes = sumModel(['a', 'b']);
    const modelId = await createModel(peers.serving, viewer);
    expect((await register(viewer, bytes, {}, modelId)).userErrors).toEqual([]);
    const create = datasetsGraphql(/* GraphQL */ `
      mutation ($input: StoredFileCreateInput!) {
        storedFileCreate(input: $input) {
          storedFile {
            id
          }
        }
      }
    `);
    const { data } = await peers.datasets.execute(viewer, create, { input: { uploadId: await uploadModel(viewer, bytes) } });
    const fileId = data.storedFileCreate.storedFile.id;
    const input = { modelId, fileId, trainingStrategy: 'CUSTOM' };
    const second = await mutate(peers.serving, viewer, 'modelVersionCreate', input, FIELDS);
    expect(second).toMatchObject({ modelVersion: { number: 2, artifact: { byteSize: bytes.length } }, userErrors: [] });
    expect(blobsOf(viewer)).toHaveLength(1);
    expect(await storedFiles(viewer)).toBe(1);
  });

  it('is created once for a repeated idempotency key', async () => {
    const viewer = await aUser(peers.serving);
    const modelId = await createModel(peers.serving, viewer);
    const input = { modelId, trainingStrategy: 'CUSTOM', idempotencyKey: 'k', uploadId: await uploadModel(viewer, sumModel(['a'])) };
    const make = () => mutate(peers.serving, viewer, 'modelVersionCreate', input, FIELDS);
    const made = [...(await Promise.all([make(), make()])), await make()];
    expect(new Set(made.map(({ modelVersion }) => modelVersion.id)).size).toBe(1);
    expect([await versions(viewer), blobsOf(viewer).length, await storedFiles(viewer)]).toEqual([1, 1, 0]);
  });

  it('accepts schemas that match the file, and reports mismatches', async () => {
    const viewer = await aUser(peers.serving);
    const fitting = { inputSchema: { type: 'object', properties: { x: { type: 'number', minimum: 0 }, y: { type: 'number' } } } };
    expect((await register(viewer, sideModel(), fitting)).modelVersion.inputSchema).toEqual(fitting.inputSchema);
    const { modelVersion, userErrors } = await register(viewer, sideModel(), {
      inputSchema: { type: 'object', properties: { x: { type: 'string' }, z: { type: 'number' } } },
      outputSchema: { type: 'object', properties: { label: { type: 'string' }, price: { type: 'number' } } },
    });
    expect(modelVersion).toBeNull();
    expect(userErrors.map(({ field, code }) => [code, field.slice(1).join('.')])).toEqual([
      ['INVALID', 'inputSchema.properties.x'],
      ['INVALID', 'inputSchema.properties.z'],
      ['INVALID', 'inputSchema.properties'],
      ['INVALID', 'outputSchema.properties.price'],
    ]);
    expect(blobsOf(viewer)).toHaveLength(1);
  });

  it.each([
    ['a reference', { $ref: 'http://127.0.0.1:1/schema.json' }],
    ['a pattern', { properties: { x: { type: 'string', pattern: '^(a+)+$' } } }],
    ['no sense', { properties: { x: { type: 'nothing' } } }],
    ['a hundred alternatives', { anyOf: Array.from({ length: 100 }, () => ({ type: 'object' })) }],
    ['forty levels', Array.from({ length: 40 }).reduce((inner) => ({ properties: { x: inner } }), {})],
  ])('refuses a schema with %s', async (_, schema) => {
    const viewer = await aUser(peers.serving);
    const modelId = await createModel(peers.serving, viewer);
    const input = { modelId, trainingStrategy: 'CUSTOM', inputSchema: { type: 'object', ...(schema as object) } };
    const { userErrors } = await mutate(peers.serving, viewer, 'modelVersionCreate', input, FIELDS);
    expect(userErrors).toMatchObject([{ code: 'INVALID', field: ['input', 'inputSchema'] }]);
  });

  it('refuses an unknown or foreign file', async () => {
    const viewer = await aUser(peers.serving);
    const modelId = await createModel(peers.serving, viewer);
    const others = await uploadModel(aMember(), sumModel(['a']));
    const attempt = (source: object) =>
      mutate(peers.serving, viewer, 'modelVersionCreate', { modelId, trainingStrategy: 'CUSTOM', ...source }, 'modelVersion { id }');
    for (const [source, code, field] of [
      [{ uploadId: others }, 'NOT_FOUND', 'uploadId'],
      [{ uploadId: uuidv7() }, 'NOT_FOUND', 'uploadId'],
      [{ uploadId: 'x' }, 'INVALID', 'uploadId'],
      [{ fileId: uuidv7() }, 'NOT_FOUND', 'fileId'],
      [{ fileId: uuidv7(), uploadId: uuidv7() }, 'INVALID', 'fileId'],
      [{ fileId: uuidv7(), modelId: uuidv7() }, 'NOT_FOUND', 'modelId'],
    ] as const)
      expect(await attempt(source)).toMatchObject({ modelVersion: null, userErrors: [{ code, field: ['input', field] }] });
    expect([await versions(viewer), blobsOf(viewer).length]).toEqual([0, 0]);
  });
});

type Graph = Exclude<GraphInit, { $typeName: string }>;

/** A graph that gives its one input back, with something else in it. */
const withNode = (extra: NodeInit, rest: GraphInit = {}) =>
  onnx({ input: [value('x', [1])], node: [node('Identity', ['x'], ['out']), extra], output: [value('out', [1])], ...rest });
const external = {
  name: 'w',
  dataType: DataType.FLOAT,
  dims: [1n],
  dataLocation: 1,
  externalData: [{ key: 'location', value: '/etc/passwd' }],
};
const nested = (depth: number): Graph =>
  depth === 0
    ? { name: 'end', node: [node('Identity', ['x'], ['out'])], output: [value('out', [1])] }
    : {
        name: 'g',
        node: [node('If', ['c'], ['out'], [graphOf('then_branch', nested(depth - 1)), graphOf('else_branch', nested(0))])],
        output: [value('out', [1])],
      };
const inBranch = (graph: Graph) => withNode(node('If', ['c'], ['y'], [graphOf('then_branch', graph), graphOf('else_branch', nested(0))]));
const bytes = (text: string) => Buffer.from(text, 'latin1');
const pickle = bytes('\x80\x04\x95\x1f\0\0\0\0\0\0\0\x8c\x08builtins\x94\x8c\x04eval\x94\x93\x94.');
const safetensors = Buffer.concat([
  Buffer.from([60, 0, 0, 0, 0, 0, 0, 0]),
  bytes(`{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`.padEnd(60)),
]);

describe('a hostile or unsupported file', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['a pickle', pickle, /pickle.*runs code.*skl2onnx/],
    ['an old pickle', bytes('cposix\nsystem\np0\n(S"id"\ntR.'), /pickle/],
    ['a pickle of joblib', bytes('\x80\x03cjoblib.numpy_pickle\nNumpyArrayWrapper\n'), /joblib/],
    ['a compressed pickle', deflateSync(pickle), /compressed.*joblib/],
    ['a gzipped pickle', gzipSync(pickle), /compressed/],
    ['an archive of PyTorch', bytes('PK\x03\x04\x14\0\0\0\0\0archive/data.pkl'), /PyTorch.*torch\.onnx/],
    ['an archive of Keras', bytes('PK\x03\x04\x14\0\0\0\0\0config.json'), /Keras/],
    ['a ZIP archive', bytes('PK\x03\x04\x14\0\0\0\0\0../../etc/passwd'), /ZIP/],
    ['HDF5', bytes('\x89HDF\r\n\x1a\n\0\0'), /HDF5.*tf2onnx/],
    ['GGUF', bytes('GGUF\x03\0\0\0'), /GGUF/],
    ['safetensors', safetensors, /safetensors/],
    ['a text', bytes('{"learner":{}}'), /text/],
    ['noise', Buffer.concat([Buffer.from([8, 7, 0x3a]), randomBytes(5000)]), /not a valid ONNX file|no graph/],
    ['half an ONNX file', sideModel().subarray(0, 120), /not a valid ONNX file|no graph/],
    ['data in other files', withNode(node('Identity', ['w'], ['y']), { initializer: [external] }), /other files/],
    ['data in other files, in a branch', inBranch({ ...nested(0), initializer: [external] }), /other files/],
    [
      'data in other files, in an attribute',
      withNode(node('Constant', [], ['y'], [{ name: 'value', type: 4, t: external }])),
      /other files/,
    ],
    [
      'data in other files, sparse',
      withNode(node('Identity', ['w'], ['y']), { sparseInitializer: [{ values: external, indices: floats('i', [0], [1]) }] }),
      /other files/,
    ],
    [
      'data said to be in other files without the mark',
      withNode(node('Identity', ['w'], ['y']), { initializer: [{ ...external, dataLocation: 0 }] }),
      /other files/,
    ],
    ['operators of another domain', withNode({ ...node('FusedGemm', ['x'], ['y']), domain: 'com.microsoft' }), /"com\.microsoft"/],
    ['an unknown operator', withNode(node('System', ['x'], ['y'])), /"System"/],
    [
      'functions of its own',
      onnx({ input: [value('x', [1])], output: [value('x', [1])] }, { functions: [{ name: 'f', domain: 'mine' }] }),
      /functions/,
    ],
    ['graphs in graphs', inBranch(nested(9)), /graphs within graphs/],
    [
      '60,000 operators',
      onnx({ input: [value('x', [1])], node: Array.from({ length: 60_000 }, () => node('Identity', ['x'], ['y'])) }),
      /more than 50000 operators/,
    ],
    ['a graph that does not hold together', withNode(node('Add', ['x', 'nowhere'], ['y'])), /Runtime cannot load/],
    ['text where numbers belong', withNode(node('Cos', ['t'], ['y']), { initializer: [texts('t', ['a'])] }), /Runtime cannot load/],
    [
      'two gigabytes of ones',
      onnx({
        input: [value('x', [1])],
        initializer: [{ name: 's', dataType: DataType.INT64, int64Data: [260_000_000n], dims: [1n] }],
        node: [
          node('ConstantOfShape', ['s'], ['big']),
          node('Cos', ['big'], ['cos']),
          node('ReduceSum', ['cos'], ['sum']),
          node('Add', ['x', 'sum'], ['out']),
        ],
        output: [value('out', [1, 1])],
      }),
      /memory/,
    ],
    ['nothing', new Uint8Array(), /empty/],
  ])('is refused with advice, and nothing of it is stored: %s', async (_, file, words) => {
    const viewer = await aUser(peers.serving);
    const { modelVersion, userErrors } = await register(viewer, file);
    expect(modelVersion).toBeNull();
    expect(userErrors).toEqual([{ code: 'INVALID', field: ['input', 'uploadId'], message: expect.stringMatching(words) }]);
    expect(userErrors[0]!.message).not.toMatch(/\/(tmp|home|work|etc|onnxruntime)/);
    expect([await versions(viewer), blobsOf(viewer).length, await storedFiles(viewer)]).toEqual([0, 0, 0]);
    expect(readdirSync(join(servingParts.modelsFolder, 'scratch'))).toEqual([]);
    expect((await register(viewer, sumModel(['a']))).userErrors).toEqual([]);
  });

  it('that is too large is not read', async () => {
    const viewer = await aUser(peers.serving);
    const { userErrors } = await register(viewer, Buffer.alloc(servingParts.maxModelBytes + 1));
    expect(userErrors).toMatchObject([{ code: 'TOO_LONG', field: ['input', 'uploadId'] }]);
  });
});

describe('the sweep of artifacts', () => {
  it('removes artifacts of deleted models, and old unreferenced blobs', async () => {
    const viewer = await aUser(peers.serving);
    const modelId = await createModel(peers.serving, viewer);
    await register(viewer, sumModel(['kept', viewer.userId]));
    await register(viewer, sumModel([viewer.userId]), {}, modelId);
    await mutate(peers.serving, viewer, 'modelDelete', { id: modelId }, 'deleted { id }');
    expect(blobsOf(viewer)).toHaveLength(2);
    const blobs = new Blobs(servingParts.modelsFolder);
    await blobs.write({ orgId: viewer.organizationId, blobId: uuidv7() }, (async function* () {})());
    const later = Date.now() + 2 * 60 * 60 * 1000;
    expect(
      await sweepArtifacts(peers.serving.client, { blobs, scratchFolder: join(servingParts.modelsFolder, 'scratch') }, later),
    ).toMatchObject({ artifacts: 1 });
    expect(blobsOf(viewer)).toHaveLength(1);
    expect((await register(viewer, sumModel(['again']))).userErrors).toEqual([]);
  });
});

it('takes as many statements as any version, and none during the request to datasets', async () => {
  const viewer = await aUser(peers.serving);
  const modelId = await createModel(peers.serving, viewer);
  const uploadId = await uploadModel(viewer, sumModel(['a']));
  peers.serving.statements.take();
  const input = { modelId, uploadId, trainingStrategy: 'CUSTOM' };
  await mutate(peers.serving, viewer, 'modelVersionCreate', input, 'modelVersion { artifact { byteSize } }');
  expect(peers.serving.statements.take()).toHaveLength(8);
});
