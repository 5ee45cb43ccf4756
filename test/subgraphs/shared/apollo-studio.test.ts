import { Trace } from '@apollo/usage-reporting-protobuf';
import { randomBytes } from 'node:crypto';
import { checkoutSubgraphs } from '../../../compose-checkout.js';
import { documents } from '../../../subgraphs/documents/subgraph.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';

const publisherKey = randomBytes(16).toString('hex');
const viewer = aMember();
let subgraph: RunningSubgraph;
beforeAll(async () => (subgraph = (await runSubgraph(documents(), { publisherKey })) as RunningSubgraph));
afterAll(() => subgraph.close());

interface Answer {
  data?: unknown;
  errors?: { message: string }[];
  extensions?: { ftv1?: string };
}

/** Sends a signed operation, and asks for a trace. */
async function executeTraced(query: string): Promise<Answer> {
  const body = JSON.stringify({ query });
  const headers = { ...subgraph.headers(viewer, body), 'apollo-federation-include-trace': 'ftv1' };
  return (await fetch(subgraph.url, { method: 'POST', headers, body })).json() as Promise<Answer>;
}

const SESSIONS = '{ documents(first: 1) { totalCount nodes { id } } }';

describe('a trace of a subgraph', () => {
  it('has a node for each field', async () => {
    for (let request = 0; request < 2; request++) {
      const { data, extensions } = await executeTraced(SESSIONS);
      expect(data).toEqual({ documents: { totalCount: 0, nodes: [] } });
      const { root } = Trace.decode(Buffer.from(extensions!.ftv1!, 'base64'));
      expect(root!.child).toMatchObject([{ responseName: 'documents', parentType: 'Query', type: 'DocumentConnection' }]);
      expect(root!.child![0]!.child!.map(({ responseName }) => responseName)).toEqual(['totalCount', 'nodes']);
    }
  });

  it('is returned only if it is asked for, and resolvers of other requests are not wrapped', async () => {
    await executeTraced(SESSIONS);
    expect(await subgraph.execute(viewer, SESSIONS)).toEqual({ data: { documents: { totalCount: 0, nodes: [] } } });
  });

  it('is not for requests without a signature', async () => {
    const headers = { 'content-type': 'application/json', 'apollo-federation-include-trace': 'ftv1' };
    const response = await fetch(subgraph.url, { method: 'POST', headers, body: JSON.stringify({ query: SESSIONS }) });
    expect(response.status).toBe(401);
  });
});

describe('the publisher key of a subgraph', () => {
  const ask = (query: unknown, authorization = `Bearer ${publisherKey}`): Promise<Response> =>
    fetch(subgraph.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query }),
    });

  it('reads the SDL, as rover does', async () => {
    const response = await ask('query SubgraphIntrospectQuery { _service { sdl } }');
    const { data } = (await response.json()) as { data: { _service: { sdl: string } } };
    expect(data._service.sdl).toBe(checkoutSubgraphs().find(({ name }) => name === 'documents')!.sdl);
  });

  it.each([
    SESSIONS,
    '{ _service { sdl } documents(first: 1) { totalCount } }',
    'query { ...Sdl } fragment Sdl on Query { _service { sdl } }',
    'query A { _service { sdl } } query B { documents { totalCount } }',
    'mutation { _service { sdl } }',
    '{ __schema { types { name } } }',
    '{ _service { sdl }',
    7,
    undefined,
  ])('opens nothing else: %p', async (query) => {
    const response = await ask(query);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('The publisher key is accepted for the query { _service { sdl } } only.');
  });

  it.each(['Bearer wrong', publisherKey, '', `Bearer ${publisherKey} `])('must be right: %p', async (authorization) => {
    expect((await ask('{ _service { sdl } }', authorization)).status).toBe(authorization === `Bearer ${publisherKey} ` ? 200 : 401);
  });

  it('opens no other route, and none of a subgraph without it', async () => {
    const without = await runSubgraph(documents());
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer ' },
      body: '{"query":"{_service{sdl}}"}',
    };
    expect((await fetch(without.url, init)).status).toBe(401);
    await without.close();
  });
});
