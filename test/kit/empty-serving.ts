import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { FindPeer } from '../../subgraphs/shared/peers/address.js';

const server = createServer(async (request, response) => {
  const { variables } = (await json(request)) as { variables: { of?: unknown[] } };
  const none = { totalCount: 0, nodes: [] };
  const data = { prediction: null, modelVersions: none, deployments: none, _entities: (variables.of ?? []).map(() => null) };
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }));
});
server.on('connection', (socket) => socket.unref());
server.listen(0, '127.0.0.1').unref();
await once(server, 'listening');

/** A serving that has nothing, for tests of datasets that are not about serving: it answers each question so, whoever asks. */
export const emptyServing: FindPeer = () => ({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
  key: { id: 'empty', secret: randomBytes(32) },
});
