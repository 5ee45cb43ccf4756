import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, type OpenGateway, type ViewersByApiKey } from '../kit/gateway.js';
import { aMember } from '../kit/viewers.js';

const NOTES = {
  typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")
    type Query { note(id: ID!): String broken: String! notes(first: Int = 2): [String!]! }
    type Mutation { write(text: String!): Int }`,
  resolvers: {
    Query: {
      note: (_: unknown, { id }: { id: string }) => `note ${id}`,
      broken: () => {
        throw new Error('postgres at 10.0.0.1 is away');
      },
      notes: (_: unknown, { first }: { first: number }) => ['a', 'b', 'c'].slice(0, first),
    },
    Mutation: { write: (_: unknown, { text }: { text: string }) => written.push(text) },
  },
};
const written: string[] = [];
const viewers: ViewersByApiKey = new Map([
  ['member', aMember()],
  ['reader', { ...aMember(), scopes: ['READ'] }],
]);

let served: ServedSubgraphs;
let gateway: OpenGateway;

beforeAll(async () => {
  served = await serveSubgraphs({ notes: NOTES });
  gateway = await openGateway(served.supergraph, { viewers });
});
afterAll(async () => {
  await gateway.close();
  await served.close();
});

/** Status, and body without what differs from request to request. */
async function post(apiKey: string, body: object): Promise<{ status: number; body: string }> {
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json', 'x-api-key': apiKey };
  const response = await fetch(gateway.url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, body: text.replaceAll(response.headers.get('x-request-id')!, '<id>') };
}

describe('a repeated operation', () => {
  it.each([
    ['data', 'member', { query: '{ first: note(id: 1) notes }' }, 200],
    ['variables and their defaults', 'member', { query: 'query ($n: Int = 3) { notes(first: $n) }', variables: {} }, 200],
    ['one operation of several', 'member', { query: 'query A { a: note(id: 1) } query B { b: note(id: 2) }', operationName: 'B' }, 200],
    ['a fault of ours', 'member', { query: '{ note(id: 1) broken }' }, 200],
    ['a variable of another type', 'member', { query: 'query ($id: ID!) { note(id: $id) }', variables: { id: { not: 'x' } } }, 400],
    ['a variable that is missing', 'member', { query: 'query ($key: ID!) { note(id: $key) }' }, 400],
    ['a value that cannot be stored', 'member', { query: 'query ($a: ID!) { note(id: $a) }', variables: { a: '\0' } }, 400],
    ['an operation that is not there', 'member', { query: 'query C { notes }', operationName: 'D' }, 400],
    ['a field that is not there', 'member', { query: '{ nothing }' }, 400],
    ['a mutation that the credential does not cover', 'reader', { query: 'mutation { write(text: "x") }' }, 403],
  ])('gets the same response as the first time: %s', async (_, apiKey, body, status) => {
    const first = await post(apiKey, body);
    expect(first.status).toBe(status);
    expect(await post(apiKey, body)).toEqual(first);
    expect(await post(apiKey, body)).toEqual(first);
  });

  it('returns an internal error with the request id, and logs it each time', async () => {
    gateway.log.length = 0;
    for (let times = 0; times < 3; times++)
      expect((await post('member', { query: '{ again: broken }' })).body).toContain('Include the request id <id> when you report this.');
    expect(gateway.log.filter((line) => line.includes('postgres at 10.0.0.1 is away'))).toHaveLength(3);
  });

  it('runs a mutation each time, and only for authorized viewers', async () => {
    const body = { query: 'mutation ($text: String!) { write(text: $text) }', variables: { text: 'once more' } };
    written.length = 0;
    await post('member', body);
    expect((await post('reader', body)).status).toBe(403);
    await post('member', body);
    expect(written).toEqual(['once more', 'once more']);
  });

  it('runs no mutation by GET', async () => {
    const query = 'mutation { write(text: "by GET") }';
    await post('member', { query });
    written.length = 0;
    const response = await fetch(`${gateway.url}?query=${encodeURIComponent(query)}`, { headers: { 'x-api-key': 'member' } });
    expect([response.status, written]).toEqual([405, []]);
  });

  it('is refused after its field was removed from the supergraph', async () => {
    const body = { query: '{ known: notes }' };
    expect((await post('member', body)).status).toBe(200);
    expect((await post('member', body)).status).toBe(200);
    const without = await serveSubgraphs({
      notes: { ...NOTES, typeDefs: NOTES.typeDefs.replace('notes(first: Int = 2): [String!]!', ''), resolvers: {} },
    });
    gateway.replaceSupergraph(without.supergraph);
    for (let waited = 0; waited < 100 && (await post('member', body)).status === 200; waited++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await post('member', body)).body).toContain('Cannot query field');
    await without.close();
  });
});
