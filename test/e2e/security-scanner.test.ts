import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, type OpenGateway } from '../kit/gateway.js';

/** A subgraph with more types than a scanner counts, so that only the refusal of introspection hides them. */
const times = (count: number, text: (index: number) => string) => Array.from({ length: count }, (_, index) => text(index)).join(' ');
const TYPES = times(30, (index) => `type Planet${index} { name: String }`);
const FIELDS = times(30, (index) => `planet${index}: Planet${index}`);

let graph: ServedSubgraphs;
let gateway: OpenGateway;
beforeAll(async () => {
  graph = await serveSubgraphs({
    planets: {
      typeDefs: `type Query { ${FIELDS} } type Mutation { visit: Int } ${TYPES}`,
      resolvers: { Mutation: { visit: () => 1 } },
    },
  });
  gateway = await openGateway(graph.supergraph);
});
afterAll(async () => {
  await gateway.close();
  await graph.close();
});

interface Response {
  data?: Record<string, unknown>;
  errors?: { message: string; extensions?: Record<string, unknown> }[];
  extensions?: unknown;
}
const send = async (body: object): Promise<Response> => {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Response;
};
const post = (query: string) => send({ query });

// The checks of graphql-cop, a scanner of GraphQL servers, with more than its own values. Its check for queries by GET is not here:
// GraphQL over HTTP allows them, and the gateway refuses them to pages of other sites (cross-site.test.ts).
describe('a scanner finds no', () => {
  it.each([31, 101, 1000])('alias overloading with %i aliases', async (count) => {
    expect((await post(`query scan { ${times(count, (index) => `alias${index}: __typename`)} }`)).data).toBeUndefined();
  });

  it.each([2, 10, 11, 100])('batch of %i operations', async (count) => {
    const result = await send(Array(count).fill({ query: '{ __typename }' }));
    expect(Array.isArray(result)).toBe(false);
    expect(result.errors?.[0]?.message).toMatch(/batching is not supported/);
  });

  it.each([10, 51, 500])('directive overloading with %i directives', async (count) => {
    const { data, errors } = await post(`query scan { __typename ${times(count, () => '@aa')} }`);
    expect([data, errors?.length]).toEqual([undefined, 1]);
  });

  it.each([21, 500, 4000])('field duplication with %i fields', async (count) => {
    expect((await post(`query scan { ${times(count, () => '__typename')} }`)).data).toBeUndefined();
  });

  it('circular introspection', async () => {
    const circle = (depth: number): string => (depth === 0 ? 'name' : `fields { type { ${circle(depth - 1)} } }`);
    for (const depth of [2, 4, 40]) expect((await post(`{ __schema { types { ${circle(depth)} } } }`)).data).toBeUndefined();
  });

  it('circular fragments', async () => {
    const { data, errors } = await post('{ ...A } fragment A on Query { __typename ...B } fragment B on Query { ...A }');
    expect([data, errors?.[0]?.extensions?.code]).toEqual([undefined, 'GRAPHQL_VALIDATION_FAILED']);
  });

  it('introspection', async () => {
    for (const query of ['{ __schema { queryType { name } } }', '{ __type(name: "Query") { name } }', '{ a: __schema { __typename } }'])
      expect((await post(query)).data).toBeUndefined();
  });

  it('field suggestions', async () => {
    for (const query of [
      '{ planet }',
      '{ planet1 { nam } }',
      '{ __schema { directive } }',
      '{ planet1(nam: 1) { name } }',
      '{ ... on Planet { name } }',
    ])
      expect(JSON.stringify(await post(query))).not.toMatch(/did you mean/i);
  });

  it.each(['', 'graphql', 'graphiql', 'playground', 'console', 'explorer/page.js', 'explorer/samples.json'])('IDE at /%s', async (path) => {
    const response = await fetch(new URL(`/${path}`, gateway.url), { headers: { accept: 'text/html' } });
    expect(response.ok).toBe(false);
    expect(await response.text()).not.toMatch(/graphiql|playground|sandbox/i);
  });

  it('mutation by GET', async () => {
    for (const query of ['mutation { visit }', 'mutation scan { __typename }']) {
      const response = await fetch(`${gateway.url}?${new URLSearchParams({ query }).toString()}`);
      expect([response.status, ((await response.json()) as Response).data]).toEqual([405, undefined]);
    }
  });

  it('operation in a form', async () => {
    const form = new FormData();
    form.set('query', '{ __typename }');
    for (const body of [new URLSearchParams({ query: '{ __typename }' }), form, '{"query":"{ __typename }"}']) {
      const response = await fetch(gateway.url, { method: 'POST', body });
      expect([response.status, ((await response.json()) as Response).data]).toEqual([415, undefined]);
    }
  });

  it('operation in the URL of a POST', async () => {
    const response = await fetch(`${gateway.url}?query={__typename}`, { method: 'POST' });
    expect([response.status, ((await response.json()) as Response).data]).toEqual([400, undefined]);
  });

  it('traces, and no details of errors', async () => {
    for (const query of ['{ __typename }', 'qwerty scan { abc }', '{ planet1', '']) {
      const { errors = [], extensions } = await post(query);
      expect(extensions).toBeUndefined();
      for (const error of errors) expect(Object.keys(error.extensions!)).toEqual(['code']);
      expect(JSON.stringify(errors)).not.toMatch(/stacktrace|exception|node_modules|\.[jt]s:/i);
    }
  });
});
