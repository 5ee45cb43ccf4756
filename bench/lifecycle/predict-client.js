// The client of predict.figure.js, in a process of its own: told { count, clients } it makes so many predictions, `clients` at once,
// and answers how many milliseconds each took, and all together. It speaks HTTP on bare sockets, and has its request ready before
// the time of it begins, so that hardly any of that time is its own.
import { once } from 'node:events';
import { connect } from 'node:net';
import { sign } from '../../dist/subgraphs/shared/viewer/signature.js';

const { url, secret, viewer, versionId, columns } = JSON.parse(process.argv[2]);
const { hostname, port, host, pathname } = new URL(url);
const key = { id: 'bench', secret: Buffer.from(secret, 'base64') };
const query =
  'mutation ($input: PredictInput!) { predict(input: $input) { prediction { id status output confidence latencyMs } userErrors { message } } }';

process.on('message', async ({ count, clients }) => {
  const started = performance.now();
  const times = await Promise.all(Array.from({ length: clients }, () => timesOf(count / clients)));
  process.send({ times: times.flat(), ms: performance.now() - started });
});

async function timesOf(count) {
  const socket = connect({ port, host: hostname, noDelay: true });
  await once(socket, 'connect');
  const times = [];
  for (let index = 0; index < count; index++) {
    const request = predict();
    const started = performance.now();
    socket.write(request);
    const answer = await response(socket);
    times.push(performance.now() - started);
    if (JSON.parse(answer).data?.predict.prediction?.status !== 'SUCCEEDED') throw new Error(answer);
  }
  socket.destroy();
  return times;
}

function predict() {
  const inputs = Object.fromEntries(columns.map((column) => [column, Math.random()]));
  const body = JSON.stringify({ query, variables: { input: { target: { versionId }, inputs } } });
  const headers = {
    host,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...sign('serving', key, { requestId: 'bench', viewer }, body),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** The body of the next response, which has its length in its head. */
function response(socket) {
  return new Promise((resolve, reject) => {
    let text = '';
    const take = (chunk) => {
      text += chunk.toString('latin1');
      const start = text.indexOf('\r\n\r\n') + 4;
      if (start < 4 || text.length < start + Number(/content-length: (\d+)/i.exec(text)[1])) return;
      socket.off('data', take).off('close', gone);
      resolve(Buffer.from(text.slice(start), 'latin1').toString());
    };
    const gone = () => reject(new Error('The server closed the connection.'));
    socket.on('data', take).on('close', gone);
  });
}
