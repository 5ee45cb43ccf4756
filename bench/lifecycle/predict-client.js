// The client of predict.figure.js, in a process of its own: told { count, clients } it makes so many predictions, `clients` at once,
// and answers how many milliseconds each took, and all together.
import { Agent, request } from 'undici';
import { sign } from '../../dist/subgraphs/shared/viewer/signature.js';

const { url, secret, viewer, versionId, columns, connections } = JSON.parse(process.argv[2]);
const key = { id: 'bench', secret: Buffer.from(secret, 'base64') };
const dispatcher = new Agent({ connections });
const query =
  'mutation ($input: PredictInput!) { predict(input: $input) { prediction { id status output confidence latencyMs } userErrors { message } } }';

process.on('message', async ({ count, clients }) => {
  const times = [];
  const started = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let index = 0; index < count / clients; index++) {
        const before = performance.now();
        await predict();
        times.push(performance.now() - before);
      }
    }),
  );
  process.send({ times, ms: performance.now() - started });
});

async function predict() {
  const inputs = Object.fromEntries(columns.map((column) => [column, Math.random()]));
  const body = JSON.stringify({ query, variables: { input: { target: { versionId }, inputs } } });
  const headers = { 'content-type': 'application/json', ...sign('serving', key, { requestId: 'bench', viewer }, body) };
  const answer = await (await request(url, { method: 'POST', headers, body, dispatcher })).body.json();
  if (answer.data?.predict.prediction?.status !== 'SUCCEEDED') throw new Error(JSON.stringify(answer));
}
