import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { eventually } from '../kit/eventually.js';
import { serveSubgraphs } from '../kit/federation.js';
import { openGateway } from '../kit/gateway.js';
import { connectSocket, subscribeMessage } from '../kit/websocket.js';

const KEYS = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const TICKS = `${KEYS} type Query { last: Tick }
  type Subscription { tick(from: Int!): Tick failing: Int } type Tick @key(fields: "id") { id: ID! }`;

/** Serves a subgraph with Apollo's and graphql-ws's own servers: queries over HTTP, subscriptions over WebSocket. */
async function serveTicks() {
  let running = 0;
  const schema = buildSubgraphSchema({
    typeDefs: parse(TICKS),
    resolvers: {
      Query: { last: () => ({ id: '0' }) },
      Subscription: {
        tick: {
          subscribe: async function* (_: unknown, { from }: { from: number }) {
            running++;
            try {
              for (let id = from; ; id++) {
                yield { tick: { id: String(id) } };
                await new Promise((resolve) => setTimeout(resolve, 5));
              }
            } finally {
              running--;
            }
          },
        },
        failing: {
          subscribe: () => {
            throw new Error('kafka at 10.0.0.1 is away');
          },
        },
      },
    } as never,
  });
  const server = createServer(async (request, response) => {
    const { query, variables } = JSON.parse(await text(request)) as { query: string; variables?: object };
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify(await graphql({ schema, source: query, variableValues: variables as never })));
  });
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  const disposable = useServer({ schema }, sockets);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    running: () => running,
    async close() {
      await disposable.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('a subgraph with subscriptions over WebSocket', () => {
  let ticks: Awaited<ReturnType<typeof serveTicks>>;
  beforeAll(async () => (ticks = await serveTicks()));
  afterAll(() => ticks.close());

  it.each([
    ['in the supergraph', (address: string) => ({ url: `ws://${address}`, subscriptionsUrl: undefined })],
    ['in its own variable', (address: string) => ({ url: `http://${address}`, subscriptionsUrl: `ws://${address}` })],
  ])('whose URL is %s serves clients of every protocol, and queries over HTTP', async (_, urls) => {
    const { url, subscriptionsUrl } = urls(ticks.address);
    const served = await serveSubgraphs({
      ticks: { typeDefs: TICKS, url },
      names: {
        typeDefs: `${KEYS} type Tick @key(fields: "id") { id: ID! name: String }`,
        resolvers: { Tick: { name: ({ id }: { id: string }) => `tick ${id}` } },
      },
    });
    const gateway = await openGateway(served.supergraph, { subscriptionsUrl: (name) => (name === 'ticks' ? subscriptionsUrl : undefined) });
    expect(await gateway.execute(null, '{ last { id name } }')).toEqual({ data: { last: { id: '0', name: 'tick 0' } } });
    const query = 'subscription ($from: Int!) { tick(from: $from) { name } }';
    const events = gateway.subscribe(null, query, { from: 7 });
    for (const name of ['tick 7', 'tick 8']) expect((await events.next()).value).toEqual({ data: { tick: { name } } });
    const socket = await connectSocket(gateway.url);
    expect(await socket.send(subscribeMessage('1', query, { from: 3 })).next()).toMatchObject({
      payload: { data: { tick: { name: 'tick 3' } } },
    });
    expect(ticks.running()).toBe(2);

    await events.return!();
    socket.send({ id: '1', type: 'complete' });
    await eventually(() => expect(ticks.running()).toBe(0));
    socket.send(subscribeMessage('2', 'subscription { failing }'));
    let answer = await socket.next();
    while (answer.id !== '2') answer = await socket.next(); // Events of the first that were on their way.
    expect(JSON.stringify(answer)).toContain('"errors":[');
    expect(JSON.stringify(answer)).not.toContain('10.0.0.1');
    socket.socket.close();
    await gateway.close();
    await served.close();
  });
});
