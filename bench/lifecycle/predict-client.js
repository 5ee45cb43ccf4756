// The client process of predict.figure.js. For a message { count, clients } it runs `count` predictions on `clients` connections and
// sends back the milliseconds of each and of all together. It writes HTTP to plain sockets and prepares each request before the
// measured time begins, so that its own share of that time is small.
import { once } from 'node:events';
import { connect } from 'node:net';
import { sign } from '../../dist/subgraphs/shared/viewer/signature.js';

const { url, secret, viewer, versionId, columns } = JSON.parse(process.argv[2]);
const { hostname, port, host, pathname } = new URL(url);
const key = { id: 'bench', secret: Buffer.from(secret, 'base64') };
const query = `mutation ($input: PredictInput!) {
  predict(input: $input) { prediction { id status output confidence latencyMs } userErrors { message } }
}`;

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
    const body = await response(socket);
    times.push(performance.now() - started);
    if (JSON.parse(body).data?.predict.prediction?.status !== 'SUCCEEDED') throw new Error(body);
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

/** Reads the body of the next response, whose length is in the header content-length. */
function response(socket) {
  return new Promise((resolve, reject) => {
    let text = '';
    const onData = (chunk) => {
      text += chunk.toString('latin1');
      const start = text.indexOf('\r\n\r\n') + 4;
      if (start < 4 || text.length < start + Number(/content-length: (\d+)/i.exec(text)[1])) return;
      socket.off('data', onData).off('close', onClose);
      resolve(Buffer.from(text.slice(start), 'latin1').toString());
    };
    const onClose = () => reject(new Error('The server closed the connection.'));
    socket.on('data', onData).on('close', onClose);
  });
}
