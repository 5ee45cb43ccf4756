import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { serving as createServingSubgraph } from '../../../subgraphs/serving/subgraph.js';
import type { PrismaClient } from '../../../subgraphs/serving/generated/prisma/client.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { servingParts } from '../../kit/serving.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aUser, mutate, createDeployment, createModel, createVersion } from './arrange.js';
import { PREDICTION } from './models.js';

interface ReceivedRequest {
  method?: string;
  url?: string;
  body: { inputs: { name: string; shape: number[]; datatype: string; data: unknown[] }[] };
}
type Handler = (requests: ReceivedRequest, response: ServerResponse) => void;

/** A server of models by the Open Inference Protocol v2: "sum" adds its columns up. */
const sum: Handler = ({ body }, response) => {
  const [rows] = body.inputs[0]!.shape as [number];
  const data = Array.from({ length: rows }, (_, row) => body.inputs.reduce((total, { data }) => total + Number(data[row]), 0));
  answer(response, { model_name: 'sum', outputs: [{ name: 'prediction', datatype: 'FP64', shape: [rows, 1], data }] });
};
const answer = (response: ServerResponse, body: object) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));

let server: Server;
let url: string;
let handle: Handler = sum;
const asked: ReceivedRequest[] = [];
let serving: RunningSubgraph<PrismaClient>;
let viewer: Viewer;
beforeAll(async () => {
  server = createServer(async (request: IncomingMessage, response) => {
    const one = { method: request.method, url: request.url, body: (await json(request)) as ReceivedRequest['body'] };
    asked.push(one);
    handle(one, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  serving = await runSubgraph(
    createServingSubgraph({ ...servingParts, inference: { workers: 1, timeoutMs: 3000, endpointsAllowed: [url] } }),
  );
  viewer = await aUser(serving);
});
beforeEach(() => {
  handle = sum;
  asked.length = 0;
});
afterAll(async () => {
  await serving.close();
  server.close().closeAllConnections();
});

async function deployed(version: object = {}, endpointUrl = `${url}/serve/`): Promise<string> {
  const modelId = await createModel(serving, viewer, { name: `sum of ${Math.random()}` });
  const modelVersionId = await createVersion(serving, viewer, { modelId, ...version });
  return createDeployment(serving, viewer, { modelVersionId, status: 'ACTIVE', endpointUrl });
}
const predict = (deploymentId: string, inputs: object) =>
  mutate(serving, viewer, 'predict', { target: { deploymentId }, inputs }, PREDICTION);

describe('a deployment with an endpoint', () => {
  it('gets requests of the Open Inference Protocol, and its response is recorded', async () => {
    const deploymentId = await deployed({ inputSchema: { type: 'object', properties: { a: { type: 'number' }, n: { type: 'integer' } } } });
    const { prediction, userErrors } = await predict(deploymentId, { a: 1.5, n: 2 });
    expect(userErrors).toEqual([]);
    expect(prediction).toMatchObject({ status: 'SUCCEEDED', output: { prediction: 3.5 }, deployment: { id: deploymentId } });
    expect(asked).toMatchObject([
      {
        method: 'POST',
        url: expect.stringMatching(/^\/serve\/v2\/models\/sum%20of%200\.\d+\/infer$/),
        body: {
          inputs: [
            { name: 'a', shape: [1, 1], datatype: 'FP32', data: [1.5] },
            { name: 'n', shape: [1, 1], datatype: 'INT64', data: [2] },
          ],
        },
      },
    ]);
  });

  it('gets all rows of a batch in one request', async () => {
    const deploymentId = await deployed();
    const input = { target: { deploymentId }, inputs: [{ a: 1 }, { a: 2 }, { a: 3 }] };
    const { predictions } = await mutate(serving, viewer, 'predictBatch', input, 'predictions { output }');
    expect(predictions.map(({ output }) => output)).toEqual([{ prediction: 1 }, { prediction: 2 }, { prediction: 3 }]);
    expect(asked).toHaveLength(1);
  });

  it('can return labels, named by the output schema of its version', async () => {
    const outputSchema = { type: 'object', properties: { label: { type: 'string', enum: ['no', 'yes'] } } };
    handle = (_, response) =>
      answer(response, {
        outputs: [
          { name: 'label', datatype: 'BYTES', shape: [1], data: ['yes'] },
          { name: 'probabilities', datatype: 'FP32', shape: [1, 2], data: [[0.25, 0.75]] },
        ],
      });
    const { prediction } = await predict(await deployed({ outputSchema }), { a: 1 });
    expect(prediction).toMatchObject({ confidence: 0.75, output: { label: 'yes', probabilities: { no: 0.25, yes: 0.75 } } });
  });

  it.each<[string, Handler, string]>([
    ['does not answer', () => undefined, 'TIMEOUT'],
    ['drips', (_, response) => void response.writeHead(200).write('{'), 'TIMEOUT'],
    ['hangs up', (_, response) => void response.destroy(), 'ENDPOINT_UNAVAILABLE'],
    ['fails', (_, response) => void response.writeHead(500).end('secret'), 'ENDPOINT_FAILED'],
    ['knows no such model', (_, response) => void response.writeHead(404).end('{}'), 'ENDPOINT_FAILED'],
    ['sends elsewhere', (_, response) => void response.writeHead(307, { location: `${url}/secret` }).end(), 'ENDPOINT_FAILED'],
    ['answers HTML', (_, response) => void response.end('<html>'), 'ENDPOINT_FAILED'],
    ['answers no outputs', (_, response) => answer(response, { outputs: [] }), 'ENDPOINT_FAILED'],
    ['answers a null', (_, response) => answer(response, { outputs: [null] }), 'ENDPOINT_FAILED'],
    [
      'answers less than it says',
      (_, response) => answer(response, { outputs: [{ name: 'p', datatype: 'FP32', shape: [2], data: [1] }] }),
      'ENDPOINT_FAILED',
    ],
    [
      'answers another type',
      (_, response) => answer(response, { outputs: [{ name: 'p', datatype: 'FP32', shape: [1], data: ['x'] }] }),
      'ENDPOINT_FAILED',
    ],
    [
      'answers an impossible shape',
      (_, response) => answer(response, { outputs: [{ name: 'p', datatype: 'FP32', shape: [-1], data: [] }] }),
      'ENDPOINT_FAILED',
    ],
    [
      'answers 9 MB',
      (_, response) => answer(response, { outputs: [{ name: 'p', datatype: 'BYTES', shape: [1], data: ['x'.repeat(9_000_000)] }] }),
      'ENDPOINT_FAILED',
    ],
  ])('that %s causes a FAILED prediction', async (_, handler, errorCode) => {
    const deploymentId = await deployed();
    handle = handler;
    const { prediction } = await predict(deploymentId, { a: 1 });
    expect(prediction).toMatchObject({ status: 'FAILED', errorCode, output: null });
    expect(prediction.errorMessage).not.toMatch(/127\.0\.0\.1|secret/);
    expect(asked).toHaveLength(1);
    handle = sum;
    expect((await predict(deploymentId, { a: 1 })).prediction).toMatchObject({ status: 'SUCCEEDED' });
  });

  it.each(['http://127.0.0.1:1/', 'http://169.254.169.254/latest/meta-data', 'http://localhost.example/'])(
    'gets no request if its origin is not allowed: %s',
    async (endpointUrl) => {
      const { prediction, userErrors } = await predict(await deployed({}, endpointUrl), { a: 1 });
      expect(prediction).toBeNull();
      expect(userErrors).toMatchObject([{ code: 'INVALID', field: ['input', 'target', 'deploymentId'] }]);
      expect(asked).toEqual([]);
    },
  );
});
