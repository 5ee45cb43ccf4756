import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverAudits } from 'graphql-http';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { freePort, startServer } from '../kit/process.js';
import { openGateway, type OpenGateway } from './open-gateway.js';

const KEYS = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

let graph: ServedSubgraphs;
beforeAll(async () => {
  graph = await serveSubgraphs({
    'star-map': {
      typeDefs: `${KEYS} type Query { star(name: String!): Star } type Star @key(fields: "name") { name: String! magnitude: Float }`,
      resolvers: {
        Query: {
          star: async (_: unknown, { name }: { name: string }) => {
            await sleep(300);
            return { name, magnitude: 0.5 };
          },
        },
      },
    },
    planets: {
      typeDefs: `${KEYS} type Star @key(fields: "name") { name: String! planets: [String!] }`,
      resolvers: { Star: { planets: ({ name }: { name: string }) => [`${name} b`] } },
    },
  });
});
afterAll(() => graph.close());
beforeEach(() => void (graph.requests.length = 0));

const QUERY = '{ star(name: "Vega") { name magnitude planets } }';
const ANSWER = '{"data":{"star":{"name":"Vega","magnitude":0.5,"planets":["Vega b"]}}}';

describe('a gateway with a supergraph and without secrets', () => {
  let gateway: OpenGateway;
  beforeAll(async () => (gateway = await openGateway(graph.supergraph)));
  afterAll(async () => expect(await gateway.end()).toBe(0));

  it('serves it to all clients, and logs a warning', async () => {
    expect((await gateway.ask(QUERY)).body).toBe(ANSWER);
    expect(gateway.server.output()).toMatch(/"level":40.*GATEWAY_AUTH is off: clients need no credential/);
  });

  it.each(['live', 'ready'])('serves /health/%s', async (state) => {
    const response = await fetch(`${gateway.origin}/health/${state}`);
    expect([response.status, await response.json()]).toEqual([200, { status: state }]);
  });

  it('sends one request to a subgraph for the same operation of twenty clients', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.ask(QUERY)));
    expect(answers.map(({ body }) => body)).toEqual(Array(20).fill(ANSWER));
    expect(graph.requests.map(({ subgraph }) => subgraph)).toEqual(['star-map', 'planets']);
  });

  describe('GraphQL over HTTP', () => {
    const audits = serverAudits({ url: () => gateway.url });

    it('passes the known number of audits', () => expect(audits).toHaveLength(61));

    it.each(audits.map(({ id, name, fn }) => [id, name, fn] as const))('%s: %s', async (_, __, audit) => {
      const result = await audit();
      expect([result.status, 'reason' in result ? result.reason : undefined]).toEqual(['ok', undefined]);
    });

    it('refuses cross-site requests', async () => {
      const form = await fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: '{"query":"{ __typename }"}',
      });
      const page = await fetch(`${gateway.url}?query={__typename}`, {
        headers: { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
      });
      expect([form.status, page.status]).toEqual([415, 403]);
    });
  });
});

describe('the environment of a gateway', () => {
  it('can disable request sharing', async () => {
    const gateway = await openGateway(graph.supergraph, { GATEWAY_DEDUPLICATION: 'off' });
    await Promise.all(Array.from({ length: 20 }, () => gateway.ask(QUERY)));
    expect(graph.requests.filter(({ subgraph }) => subgraph === 'star-map')).toHaveLength(20);
    expect(graph.requests.filter(({ subgraph }) => subgraph === 'planets')).toHaveLength(20);
    expect(await gateway.end()).toBe(0);
  });

  it('overrides the subgraph URL of the supergraph', async () => {
    const url = /http:\/\/[^"]+star-map/.exec(graph.supergraph)![0];
    const gateway = await openGateway(graph.supergraph.replace(url, 'http://127.0.0.1:1/nowhere'), { STAR_MAP_URL: url });
    expect((await gateway.ask(QUERY)).body).toBe(ANSWER);
    expect(await gateway.end()).toBe(0);
  });

  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'no supergraph where GATEWAY_AUTH is off',
      { GATEWAY_AUTH: 'off' },
      /^ {2}SUPERGRAPH_FILE: is required if GATEWAY_AUTH is off: the path of a supergraph$/m,
    ],
    ['a word that is none of its settings', { GATEWAY_AUTH: 'maybe' }, /^ {2}GATEWAY_AUTH: must be "on", "off" or "jwt"$/m],
    ['a file that is not there', { GATEWAY_AUTH: 'off', SUPERGRAPH_FILE: join(folder, 'none') }, /^ {2}SUPERGRAPH_FILE: .*no such file/m],
    ['a file of garbage', { GATEWAY_AUTH: 'off', SUPERGRAPH_FILE: file('garbage', 'garbage') }, /^ {2}SUPERGRAPH_FILE: Syntax Error/m],
    [
      'a schema that is no supergraph',
      { GATEWAY_AUTH: 'off', SUPERGRAPH_FILE: file('schema', 'type Query { a: Int }') },
      /^ {2}SUPERGRAPH_FILE: The file is not a supergraph/m,
    ],
    [
      'a supergraph that does not load',
      {
        GATEWAY_AUTH: 'off',
        SUPERGRAPH_FILE: file('nearly', 'schema @link(url: "https://x.example/v1.0") { query: Query } type Query { a: Int }'),
      },
      /^Error: The supergraph does not load: /m,
    ],
  ])('ends it with exit code 1 and a clear message for %s', async (_, environment, line) => {
    const server = startServer('gateway/main.js', { PORT: String(await freePort()), DATA_FOLDER: folder, ...environment });
    expect(await server.ended).toBe(1);
    expect(server.output()).toMatch(line);
  });
});

describe('a gateway that receives SIGTERM', () => {
  it('completes the requests in flight, and ends with exit code 0', async () => {
    const gateway = await openGateway(graph.supergraph);
    await gateway.ask('{ __typename }');
    const response = gateway.ask(QUERY);
    while (graph.requests.length === 0) await sleep(5);
    const code = gateway.end();
    expect((await response).body).toBe(ANSWER);
    expect(await code).toBe(0);
  });
});
