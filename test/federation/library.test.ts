import { IntrospectAndCompose, RemoteGraphQLDataSource as ApolloDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import type { FormattedExecutionResult } from 'graphql';
import { FederationGateway, RemoteGraphQLDataSource, type FederationGatewayOptions } from '../../gateway/library/index.js';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes", "@policy"])';

interface Context {
  token?: string;
}
type Options = FederationGatewayOptions<Context>;

let graph: ServedSubgraphs;
let lastMoorings = 3;
beforeAll(async () => {
  graph = await serveSubgraphs({
    harbours: {
      typeDefs: `${LINK}
        type Query {
          harbour(id: ID!): Harbour
          header(name: String!): String
          secret: Int @authenticated
          scoped: Int @requiresScopes(scopes: [["tide"]])
          ruled: Int @policy(policies: [["pilot"]])
        }
        type Mutation { moor(id: ID!, ships: Int!): Harbour }
        type Subscription { moored: Harbour }
        type Harbour @key(fields: "id") { id: ID! name: String }`,
      resolvers: {
        Query: {
          harbour: (_: unknown, { id }: { id: string }) => ({ id, name: `harbour ${id}` }),
          header: (_: unknown, { name }: { name: string }, { headers }: { headers: Record<string, string> }) => headers[name],
          secret: () => 1,
          scoped: () => 2,
          ruled: () => 3,
        },
        Mutation: { moor: (_: unknown, { id, ships }: { id: string; ships: number }) => ((lastMoorings += ships), { id }) },
      },
    },
    berths: {
      typeDefs: `${LINK} type Harbour @key(fields: "id") { id: ID! moorings: Int broken: Int }`,
      resolvers: {
        Harbour: {
          moorings: () => lastMoorings,
          broken: () => {
            throw new Error('no berth');
          },
        },
      },
    },
  });
});
afterAll(() => graph.close());
beforeEach(() => void (graph.requests.length = 0));

/** Starts an Apollo Server with the gateway, executes an operation, and stops it. */
async function execute(
  options: Partial<Options>,
  query: string,
  { variables, context = {} }: { variables?: Record<string, unknown>; context?: Context } = {},
): Promise<FormattedExecutionResult> {
  const server = await start(options);
  try {
    return await server.execute(query, context, variables);
  } finally {
    await server.stop();
  }
}

async function start(options: Partial<Options>) {
  const gateway = new FederationGateway<Context>({ supergraphSdl: graph.supergraph, plansInThread: false, logger: silent, ...options });
  const server = new ApolloServer<Context>({ gateway, stopOnTerminationSignals: false, includeStacktraceInErrorResponses: false });
  await server.start();
  return {
    async execute(query: string, contextValue: Context = {}, variables?: Record<string, unknown>): Promise<FormattedExecutionResult> {
      const { body } = await server.executeOperation({ query, variables }, { contextValue });
      if (body.kind !== 'single') throw new Error('Apollo Server returned an incremental response');
      return JSON.parse(JSON.stringify(body.singleResult)) as FormattedExecutionResult;
    },
    stop: () => server.stop(),
  };
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const HARBOUR = '{ harbour(id: "9") { name moorings } }';

describe('a gateway in Apollo Server', () => {
  it('executes queries over two subgraphs', async () => {
    expect(await execute({}, HARBOUR)).toEqual({ data: { harbour: { name: 'harbour 9', moorings: lastMoorings } } });
    expect(graph.requests.map(({ subgraph }) => subgraph)).toEqual(['harbours', 'berths']);
  });

  it('executes mutations with variables', async () => {
    const before = lastMoorings;
    const query = 'mutation ($id: ID!, $ships: Int!) { moor(id: $id, ships: $ships) { id moorings } }';
    const result = await execute({}, query, { variables: { id: '4', ships: 20 } });
    expect(result).toEqual({ data: { moor: { id: '4', moorings: before + 20 } } });
  });

  it('reports the error of a subgraph at its path, beside the data of the others', async () => {
    expect(await execute({}, '{ harbour(id: "5") { id broken } }')).toMatchObject({
      data: { harbour: { id: '5', broken: null } },
      errors: [{ message: 'no berth', path: ['harbour', 'broken'] }],
    });
  });

  it('returns all fields at once for an operation with @defer', async () => {
    const query = '{ harbour(id: "6") { id ... @defer { moorings } } }';
    expect(await execute({}, query)).toEqual({ data: { harbour: { id: '6', moorings: lastMoorings } } });
  });

  it('refuses subscriptions with an error', async () => {
    const result = await execute({}, 'subscription { moored { id } }');
    expect(result.errors).toMatchObject([
      { message: expect.stringMatching(/^Subscriptions are not supported/), extensions: { code: 'BAD_REQUEST' } },
    ]);
  });

  it('checks the authorization directives against the credentials of the context', async () => {
    const query = '{ secret scoped ruled }';
    expect(await execute({}, query)).toMatchObject({ data: { secret: null, scoped: null, ruled: null } });
    const getCredentials: Options['getCredentials'] = ({ token }, policies) => ({
      isAuthenticated: token === 'full',
      scopes: token === 'full' ? ['tide'] : [],
      policies: token === 'full' ? policies : [],
    });
    expect(await execute({ getCredentials }, query, { context: { token: 'full' } })).toEqual({ data: { secret: 1, scoped: 2, ruled: 3 } });
    expect(await execute({ getCredentials }, query, { context: { token: 'none' } })).toMatchObject({ data: { secret: null } });
  });

  it.each([undefined, ''])('does not start without a supergraph (%p)', (supergraphSdl) => {
    expect(() => new FederationGateway({ supergraphSdl: supergraphSdl as string })).toThrow(/^The option supergraphSdl is missing/);
  });

  it('does not start with an invalid supergraph', async () => {
    await expect(start({ supergraphSdl: 'type Query { a: Int }' })).rejects.toThrow();
  });
});

describe('the hooks of a gateway', () => {
  const header = (name: string) => `{ header(name: "${name}") }`;

  it('send headers that willSendRequest sets from the context', async () => {
    const willSendRequest: Options['willSendRequest'] = async ({ request, context, kind }) =>
      request.http!.headers.set('x-token', `${kind} for ${context.token}`);
    const result = await execute({ willSendRequest }, header('x-token'), { context: { token: 'Ida' } });
    expect(result.data).toEqual({ header: 'incoming operation for Ida' });
  });

  it('leave the headers of the connection alone when willSendRequest copies those of a client', async () => {
    const client = {
      host: 'elsewhere.example',
      'content-length': '7',
      'accept-encoding': 'br',
      'transfer-encoding': 'chunked',
      'x-a': 'b',
    };
    const willSendRequest: Options['willSendRequest'] = ({ request }) => {
      for (const [name, value] of Object.entries(client)) request.http!.headers.set(name, value);
    };
    expect((await execute({ willSendRequest }, header('x-a'))).data).toEqual({ header: 'b' });
    expect((await execute({ willSendRequest }, header('host'))).data).toEqual({ header: expect.stringMatching(/^127\.0\.0\.1:/) });
  });

  it('change the variables of a request, with all digits of the others', async () => {
    const variables = { id: '12345678901234567890' };
    const willSendRequest: Options['willSendRequest'] = ({ request }) => {
      request.variables = { ...request.variables, id: `0${String(request.variables!.id)}` };
    };
    const query = 'query ($id: ID!) { harbour(id: $id) { name } }';
    const result = await execute({ willSendRequest }, query, { variables });
    expect(result.data).toEqual({ harbour: { name: 'harbour 012345678901234567890' } });
  });

  it('replace a response in didReceiveResponse, which sees its status, headers and context', async () => {
    const seen: unknown[] = [];
    const didReceiveResponse: Options['didReceiveResponse'] = ({ response, request, context }) => {
      seen.push([response.http?.status, response.http?.headers.get('content-type'), request.query, context.token]);
      return { ...response, data: { header: 'replaced' } };
    };
    const result = await execute({ didReceiveResponse }, header('x'), { context: { token: 'Ole' } });
    expect(result).toEqual({ data: { header: 'replaced' } });
    expect(seen).toEqual([[200, 'application/json', '{header(name:"x")}', 'Ole']]);
  });

  it('get the fault and the response head in didEncounterError, whose own error reaches the client', async () => {
    const failures: unknown[] = [];
    const didEncounterError: Options['didEncounterError'] = (error, fetchRequest, response, { token }) => {
      failures.push([error.message, fetchRequest.url, response?.status, token]);
      throw new Error(`try ${token} again`);
    };
    const supergraphSdl = graph.supergraph.replace(/http:\/\/[^"]+berths/, 'http://127.0.0.1:1/gone');
    const result = await execute({ supergraphSdl, didEncounterError }, HARBOUR, { context: { token: 'Per' } });
    expect(result).toMatchObject({ data: { harbour: { name: 'harbour 9', moorings: null } }, errors: [{ message: 'try Per again' }] });
    expect(failures).toEqual([[expect.stringContaining('berths: '), 'http://127.0.0.1:1/gone', undefined, 'Per']]);
  });

  it('hide the fault of a subgraph from clients and log it', async () => {
    const lines: unknown[] = [];
    const supergraphSdl = graph.supergraph.replace(/http:\/\/[^"]+berths/, 'http://127.0.0.1:1/gone');
    const result = await execute({ supergraphSdl, logger: { ...silent, warn: (line) => void lines.push(line) } }, HARBOUR);
    expect(result.errors).toMatchObject([{ path: ['harbour', 'moorings'], extensions: { code: 'UNAVAILABLE' } }]);
    expect(JSON.stringify(result)).not.toContain('127.0.0.1');
    expect(lines).toEqual([expect.stringMatching(/^subgraph request failed: berths: .*127\.0\.0\.1:1/)]);
  });
});

describe('buildService', () => {
  it('creates data sources of a subclass, once for each subgraph', async () => {
    class Authenticated extends RemoteGraphQLDataSource<Context> {
      override willSendRequest({
        request,
        context,
      }: {
        request: { http?: { headers: { set(name: string, value: string): void } } };
        context: Context;
      }) {
        request.http!.headers.set('x-token', `subclass ${context.token}`);
      }
    }
    const built: string[] = [];
    const buildService: Options['buildService'] = ({ name, url }) => (built.push(name), new Authenticated({ url }));
    const server = await start({ buildService });
    expect((await server.execute('{ header(name: "x-token") }', { token: 'A' })).data).toEqual({ header: 'subclass A' });
    expect((await server.execute(HARBOUR)).data).toEqual({ harbour: { name: 'harbour 9', moorings: lastMoorings } });
    await server.stop();
    expect(built).toEqual(['harbours', 'berths']);
  });

  it("accepts the data sources of Apollo's gateway", async () => {
    const buildService: Options['buildService'] = ({ url }) =>
      new ApolloDataSource<Context>({ url, willSendRequest: ({ request }) => request.http!.headers.set('x-token', 'of Apollo') });
    const result = await execute({ buildService }, '{ header(name: "x-token") harbour(id: "7") { moorings } }');
    expect(result).toEqual({ data: { header: 'of Apollo', harbour: { moorings: lastMoorings } } });
  });

  it.each([undefined, { data: 7 }, {}])('reports a data source that returns no GraphQL response: %p', async (response) => {
    const buildService: Options['buildService'] = () => ({ process: async () => response as never });
    expect(await execute({ buildService }, '{ header(name: "x") }')).toMatchObject({
      data: { header: null },
      errors: [{ path: ['header'], extensions: { code: 'UNAVAILABLE' } }],
    });
  });
});

describe('a source of supergraphs', () => {
  it('can be IntrospectAndCompose, which asks the subgraphs through the hooks', async () => {
    const kinds = new Set<string>();
    const subgraphs = [...graph.supergraph.matchAll(/name: "(\w+)", url: "([^"]+)"/g)].map(([, name, url]) => ({ name: name!, url: url! }));
    const supergraphSdl = new IntrospectAndCompose({ subgraphs, subgraphHealthCheck: true });
    const result = await execute({ supergraphSdl, willSendRequest: ({ kind }) => void kinds.add(kind) }, HARBOUR);
    expect(result).toEqual({ data: { harbour: { name: 'harbour 9', moorings: lastMoorings } } });
    expect([...kinds].sort()).toEqual(['health check', 'incoming operation', 'loading schema']);
  });

  it('updates the supergraph, keeps it if the new one is invalid, and is cleaned up', async () => {
    let update!: (supergraph: string) => void;
    let cleanups = 0;
    const errors: unknown[] = [];
    const loaded = { count: 0, next: () => {} };
    const logger = {
      ...silent,
      error: (line: unknown) => (errors.push(line), loaded.next()),
      info: () => loaded.next(),
    };
    const settled = () => new Promise<void>((resolve) => (loaded.next = resolve));
    const server = await start({
      logger,
      supergraphSdl: async (hooks) => {
        update = hooks.update;
        return { supergraphSdl: graph.supergraph, cleanup: async () => void cleanups++ };
      },
    });
    const ask = () => server.execute('{ __type(name: "Harbour") { fields { name } } }');
    const names = async () => ((await ask()).data as { __type: { fields: { name: string }[] } }).__type.fields.map(({ name }) => name);

    let done = settled();
    update(graph.supergraph.replaceAll('broken', 'mended'));
    await done;
    expect(await names()).toContain('mended');

    done = settled();
    update('type Query { nothing: Int }');
    await done;
    expect(errors).toEqual([expect.stringMatching(/^new supergraph failed to load; the current supergraph stays: /)]);
    expect(await names()).toContain('mended');

    await server.stop();
    expect(cleanups).toBe(1);
  });

  it('fails the health check of a subgraph that does not respond', async () => {
    const failed = graph.supergraph.replace(/http:\/\/[^"]+berths/, 'http://127.0.0.1:1/gone');
    const source: Options['supergraphSdl'] = async ({ healthCheck }) => {
      await healthCheck(graph.supergraph);
      await healthCheck(failed);
      return { supergraphSdl: failed };
    };
    await expect(start({ supergraphSdl: source })).rejects.toThrow(/berths/);
  });
});
