import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import type { StudioConfig } from '../../gateway/studio/config.js';
import { compose } from '../../gateway/supergraph/compose.js';
import { openGateway, type OpenGateway } from '../kit/gateway.js';
import { fetchesOf, nodesOf, startStudio, type Studio } from '../kit/studio.js';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const SUBGRAPHS: Record<string, { typeDefs: string; resolvers: object }> = {
  fleet: {
    typeDefs: `${LINK}
      type Query { ship(id: ID!): Ship ships: [Ship!] }
      type Mutation { launch(name: String!): Ship }
      type Ship @key(fields: "id") { id: ID! name: String captain: Captain }
      type Captain @key(fields: "id") { id: ID! }`,
    resolvers: {
      Query: { ship: (_: unknown, { id }: { id: string }) => ship(id), ships: () => [ship('1'), ship('2'), ship('3')] },
      Mutation: { launch: (_: unknown, { name }: { name: string }) => ship(name) },
    },
  },
  crew: {
    typeDefs: `${LINK}
      type Ship @key(fields: "id") { id: ID! sailors: Int mutiny: Int }
      type Captain @key(fields: "id") { id: ID! rank: String }`,
    resolvers: {
      Ship: {
        sailors: () => 12,
        mutiny: () => {
          throw new Error('mutiny of Tom Sailor');
        },
      },
      Captain: { rank: () => 'first' },
    },
  },
};
const ship = (id: string) => ({ id, name: `ship ${id}`, captain: { id: `c${id}` } });

let servers: ApolloServer<{ traced: boolean }>[];
let supergraph: string;
/** The subgraphs whose requests asked for a trace, in order. */
const traced: string[] = [];
beforeAll(async () => {
  servers = [];
  const definitions = await Promise.all(
    Object.entries(SUBGRAPHS).map(async ([name, { typeDefs, resolvers }]) => {
      const schema = buildSubgraphSchema({ typeDefs: parse(typeDefs), resolvers: resolvers as never });
      const server = new ApolloServer<{ traced: boolean }>({ schema, stopOnTerminationSignals: false, logger: silent });
      servers.push(server);
      const context = async ({ req }: { req: { headers: Record<string, unknown> } }) => {
        if (req.headers['apollo-federation-include-trace'] === 'ftv1') traced.push(name);
        return { traced: true };
      };
      const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' }, context: context as never });
      return { name, url, sdl: typeDefs };
    }),
  );
  supergraph = compose(definitions);
});
afterAll(() => Promise.all(servers.map((server) => server.stop())));
const silent = { debug() {}, info() {}, warn() {}, error() {} };

let studio: Studio;
let gateway: OpenGateway | undefined;
beforeEach(async () => {
  traced.length = 0;
  studio = await startStudio();
});
afterEach(async () => {
  await gateway?.close();
  await studio.close();
});

const open = async (settings: Partial<StudioConfig> = {}): Promise<OpenGateway> => {
  const key = { key: 'service:harbour:secret', graphRef: 'harbour@current', traceShare: 1, reportIntervalMs: 50 };
  return (gateway = await openGateway(supergraph, { studio: { ...key, endpointUrl: studio.url, ...settings } }));
};

const ask = async (query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<unknown> => {
  const body = JSON.stringify({ query, variables });
  return (await fetch(gateway!.url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })).json();
};

const SHIP = 'query Ship($id: ID!) { ship(id: $id) { name sailors } }';
const SHIP_KEY = '# Ship\nquery Ship($id:ID!){ship(id:$id){name sailors}}';

describe('usage reports to Apollo Studio', () => {
  it('count each request of an operation once, whether Apollo Server executes it or it is known', async () => {
    await open();
    for (let request = 0; request < 5; request++)
      expect(await ask(SHIP, { id: '7' })).toEqual({ data: { ship: { name: 'ship 7', sailors: 12 } } });
    const operations = await studio.operations(5);
    expect(Object.keys(operations)).toEqual([SHIP_KEY]);
    expect(operations[SHIP_KEY]).toMatchObject({
      count: 5,
      failed: 0,
      fields: { 'Query.ship': 5, 'Ship.name': 5, 'Ship.sailors': 5, 'Query._entities': 5 },
    });
    expect(studio.reports.reduce((sum, { operationCount }) => sum + operationCount, 0)).toBe(5);
    expect(studio.keys[0]).toBe('service:harbour:secret');
    expect(studio.reports[0]!.header).toMatchObject({ graphRef: 'harbour@current' });
  });

  it('have the plan of the operation with the trace of each subgraph', async () => {
    await open();
    await ask(SHIP, { id: '8' });
    const [trace] = (await studio.operations(1))[SHIP_KEY]!.traces;
    const { sequence } = trace!.queryPlan!;
    expect(sequence!.nodes![1]!.flatten!.responsePath).toMatchObject([{ fieldName: 'ship' }]);
    expect(fetchesOf(trace!)).toMatchObject([
      { serviceName: 'fleet', traceParsingFailed: false, trace: { root: { child: [{ responseName: 'ship', type: 'Ship' }] } } },
      { serviceName: 'crew', traceParsingFailed: false, trace: { root: { child: [{ responseName: '_entities' }] } } },
    ]);
    for (const fetch of fetchesOf(trace!)) {
      expect(fetch.sentTimeOffset).toBeGreaterThan(0);
      expect(Number(fetch.receivedTime!.seconds)).toBeGreaterThanOrEqual(Number(fetch.sentTime!.seconds));
    }
    expect(traced).toEqual(['fleet', 'crew']);
  });

  it('count a request that several fetches share once', async () => {
    await open();
    await ask('{ ships { sailors captain { rank } } }');
    const [operation] = Object.values(await studio.operations(1));
    expect(traced).toEqual(['fleet', 'crew']);
    expect(operation!.fields).toMatchObject({ 'Query._entities': 2, 'Ship.sailors': 3, 'Captain.rank': 3 });
    const entities = fetchesOf(operation!.traces[0]!).filter(({ serviceName }) => serviceName === 'crew');
    expect(entities.map(({ trace }) => trace!.root!.child!.map(({ responseName }) => responseName))).toEqual([
      ['_entities'],
      ['_entities'],
    ]);
  });

  it('name the client and its version', async () => {
    await open();
    const client = (name: string, version: string) => ({ 'apollographql-client-name': name, 'apollographql-client-version': version });
    await ask(SHIP, { id: '1' }, client('ios', '3.1'));
    await ask(SHIP, { id: '1' }, client('ios', '3.1'));
    await ask(SHIP, { id: '1' }, client('web', '9'.repeat(300)));
    expect((await studio.operations(3))[SHIP_KEY]!.clients).toEqual({ 'ios@3.1': 2, [`web@${'9'.repeat(100)}`]: 1 });
  });

  it('have neither values of variables and arguments nor headers nor messages of errors', async () => {
    await open();
    const headers = { authorization: 'Bearer of-a-person', cookie: 'session=of-a-person', 'x-person': 'of-a-person' };
    for (let request = 0; request < 2; request++) await ask(SHIP, { id: 'of-a-person' }, headers);
    await ask('mutation { launch(name: "of-a-person") { mutiny } }');
    await ask('{ ship(id: "5") { mutiny } }');
    const operations = await studio.operations(4);
    const text = JSON.stringify(studio.reports.map((report) => report.toJSON())) + JSON.stringify(operations);
    expect(text).toContain('launch(name:\\"\\")');
    expect(text).not.toMatch(/of-a-person|Tom Sailor/);
  });

  it('have each error of a subgraph once, at its node', async () => {
    await open();
    for (let request = 0; request < 3; request++) await ask('query Mutiny { ship(id: "5") { mutiny } }');
    const { '# Mutiny\nquery Mutiny{ship(id:""){mutiny}}': mutiny } = await studio.operations(3);
    expect(mutiny).toMatchObject({ count: 3, failed: 3 });
    const failed = nodesOf(mutiny!.traces[0]!).filter(({ error }) => error?.length);
    expect(failed).toMatchObject([{ responseName: 'mutiny', parentType: 'Ship', error: [{ message: '<masked>' }] }]);
  });

  it('count documents that do not parse or are not valid', async () => {
    await open();
    await ask('{ ship(');
    await ask('{ boat }');
    expect(Object.keys(await studio.operations(2)).sort()).toEqual(['## GraphQLParseFailure\n', '## GraphQLValidationFailure\n']);
  });

  it('count mutations', async () => {
    await open();
    await ask('mutation Launch { launch(name: "a") { id } }');
    expect(Object.keys(await studio.operations(1))).toEqual(['# Launch\nmutation Launch{launch(name:""){id}}']);
  });

  it('are made without traces for the operations that are not sampled', async () => {
    await open({ traceShare: 0 });
    for (let request = 0; request < 3; request++) await ask(SHIP, { id: '4' });
    const operations = await studio.operations(3);
    expect(operations[SHIP_KEY]).toMatchObject({ count: 3, traces: [], fields: {} });
    expect(traced).toEqual([]);
  });

  it('are sent when the gateway closes', async () => {
    await open({ reportIntervalMs: 1_000_000 });
    await ask(SHIP, { id: '2' });
    await gateway!.close();
    gateway = undefined;
    expect((await studio.operations(1))[SHIP_KEY]!.count).toBe(1);
  });

  it('that cannot be sent are logged, and the gateway continues', async () => {
    studio.respond(503);
    await open();
    for (let request = 0; request < 3; request++)
      expect(await ask(SHIP, { id: '6' })).toEqual({ data: { ship: { name: 'ship 6', sailors: 12 } } });
    while (!gateway!.log.some((line) => line.includes('usage report was not sent')))
      await new Promise((resolve) => setTimeout(resolve, 20));
    studio.respond(202);
    await ask(SHIP, { id: '6' });
    expect((await studio.operations(1))[SHIP_KEY]!.count).toBeGreaterThan(0);
  });
});

describe('a gateway without a key of Apollo Studio', () => {
  it('asks no subgraph for traces and sends no reports', async () => {
    gateway = await openGateway(supergraph);
    for (let request = 0; request < 2; request++) await ask(SHIP, { id: '3' });
    expect(traced).toEqual([]);
    expect(studio.keys).toEqual([]);
  });
});
