import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { ResolvePeerAddress } from '../../subgraphs/shared/peers/peer-address.js';

/** An operation that a subgraph sends to a peer. */
export interface PeerRequest {
  query: string;
  variables: Record<string, unknown>;
  /** The entities that the operation reads; empty if it reads none. */
  representations: { id: string }[];
}

/**
 * A subgraph that responds with the data that `answer` returns, to any caller, and with status 500 if it throws. It keeps
 * no process alive.
 */
export async function startStubPeer(answer: (request: PeerRequest) => object): Promise<ResolvePeerAddress> {
  const server = createServer(async (request, response) => {
    const { query, variables } = (await json(request)) as Omit<PeerRequest, 'representations'>;
    const representations = (Object.values(variables).find(Array.isArray) ?? []) as PeerRequest['representations'];
    response.setHeader('content-type', 'application/json');
    try {
      response.end(JSON.stringify({ data: answer({ query, variables, representations }) }));
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
