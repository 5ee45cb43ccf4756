import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { ResolvePeerAddress } from '../../subgraphs/shared/peers/peer-address.js';

/** A question as one house asks another. */
export interface PeerQuestion {
  query: string;
  variables: { representations?: { id: string }[] } & Record<string, unknown>;
}

/** A house that answers what the test says, whoever asks; what `answer` throws is an error of its own. It keeps no process alive. */
export async function answeringPeer(answer: (question: PeerQuestion) => object): Promise<ResolvePeerAddress> {
  const server = createServer(async (request, response) => {
    const question = (await json(request)) as PeerQuestion;
    response.setHeader('content-type', 'application/json');
    try {
      response.end(JSON.stringify({ data: answer(question) }));
    } catch {
      response.writeHead(500).end('{}');
    }
  });
  server.on('connection', (socket) => socket.unref());
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const key = { id: 'answering', secret: randomBytes(32) };
  return () => ({ url: `http://127.0.0.1:${port}/graphql`, key });
}
