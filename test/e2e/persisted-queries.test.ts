import { createHash } from 'node:crypto';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, type OpenGateway, type ViewersByApiKey } from '../kit/gateway.js';
import { aMember } from '../kit/viewers.js';
import { socketClient } from '../kit/websocket.js';

let updates = 0;
const BOOKS = {
  typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")
    type Query { book(id: ID! = 1): String shelf(first: Int = 2): [String!]! }
    type Mutation { rename(to: String!): Int }
    type Subscription { borrowed(from: Int = 1): Int }`,
  resolvers: {
    Query: { book: (_: unknown, { id }: { id: string }) => `book ${id}`, shelf: () => ['a'] },
    Mutation: { rename: () => ++updates },
    Subscription: {
      borrowed: {
        subscribe: async function* (_: unknown, { from }: { from: number }) {
          for (let day = from; day < from + 2; day++) yield { borrowed: day };
        },
      },
    },
  },
};
const viewers: ViewersByApiKey = new Map([
  ['member', aMember()],
  ['other', aMember()],
]);

let served: ServedSubgraphs;
let gateway: OpenGateway;
beforeAll(async () => {
  served = await serveSubgraphs({ books: BOOKS });
  gateway = await openGateway(served.supergraph, { viewers });
});
afterAll(async () => {
  await gateway.close();
  await served.close();
});

const hashOf = (query: string) => createHash('sha256').update(query).digest('hex');
const persisted = (sha256Hash: unknown, version: unknown = 1, more = {}) => ({ persistedQuery: { version, sha256Hash, ...more } });

interface Sent {
  accept?: string;
  apiKey?: string;
}

async function post(body: object, { accept = 'application/json', apiKey = 'member' }: Sent = {}) {
  const headers = { 'content-type': 'application/json', accept, 'x-api-key': apiKey };
  return read(await fetch(gateway.url, { method: 'POST', headers, body: JSON.stringify(body) }));
}

async function get(parameters: Record<string, unknown>, { accept = 'application/json', apiKey = 'member' }: Sent = {}) {
  const search = Object.entries(parameters).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
  return read(
    await fetch(`${gateway.url}?${new URLSearchParams(search as [string, string][])}`, { headers: { accept, 'x-api-key': apiKey } }),
  );
}

async function read(response: Response) {
  const text = await response.text();
  const { data, errors } = (text.startsWith('{') ? JSON.parse(text) : {}) as {
    data?: unknown;
    errors?: { message: string; extensions: { code: string } }[];
  };
  return { status: response.status, cacheControl: response.headers.get('cache-control'), text, data, error: errors?.[0] };
}

const NOT_FOUND = { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } };

describe('a request with a hash alone', () => {
  it.each(['application/json', 'application/graphql-response+json', 'multipart/mixed;subscriptionSpec=1.0, application/json'])(
    'is told that the document is not found, as Apollo Client expects it, when it accepts %s',
    async (accept) => {
      const unknown = { extensions: persisted(hashOf(`{ book } # ${accept}`)) };
      for (const { status, error, cacheControl } of [await post(unknown, { accept }), await get(unknown, { accept })])
        expect([status, error, cacheControl]).toEqual([200, NOT_FOUND, 'no-store']);
    },
  );

  it.each([
    ['registered', [true]],
    ['sent as a plain document', [false]],
    ['sent as a plain document and then registered', [false, true]],
    ['sent as a plain document twice and then registered', [false, false, true]],
    ['registered and then sent as a plain document', [true, false]],
  ])('finds a document that was %s', async (name, requests) => {
    const query = `query Shelf($id: ID!) { book(id: $id) } # ${name}`;
    const extensions = persisted(hashOf(query));
    const variables = { id: 7 };
    for (const isRegistration of requests)
      expect(await post({ query, variables, ...(isRegistration && { extensions }) })).toMatchObject({
        status: 200,
        data: { book: 'book 7' },
      });
    expect(await post({ extensions, variables })).toMatchObject({ status: 200, data: { book: 'book 7' } });
    expect(await get({ extensions, variables, operationName: 'Shelf' })).toMatchObject({ status: 200, data: { book: 'book 7' } });
    expect(await post({ extensions, variables: { id: {} } })).toMatchObject({ error: { extensions: { code: 'BAD_USER_INPUT' } } });
  });

  it('finds a document of another client by upper-case digits, beside other keys, and as documentId of GraphQL over HTTP', async () => {
    const query = '{ found: book(id: 3) }';
    await get({ query, extensions: persisted(hashOf(query)) });
    const other = { apiKey: 'other' };
    const upperCase = hashOf(query).toUpperCase();
    for (const extensions of [
      persisted(upperCase),
      persisted(hashOf(query), 1, { ttl: 60 }),
      { ...persisted(hashOf(query)), clientLibrary: {} },
    ])
      expect(await post({ extensions }, other)).toMatchObject({ data: { found: 'book 3' } });
    expect(await get({ documentId: `sha256:${hashOf(query)}` }, other)).toMatchObject({ data: { found: 'book 3' } });
    expect(await post({ query, extensions: persisted(upperCase) })).toMatchObject({ data: { found: 'book 3' } });
  });

  it('executes a mutation by POST only', async () => {
    const query = 'mutation { rename(to: "x") }';
    const extensions = persisted(hashOf(query));
    await post({ query, extensions });
    const before = updates;
    expect(await get({ extensions })).toMatchObject({ status: 405, error: { extensions: { code: 'BAD_REQUEST' } } });
    expect(updates).toBe(before);
    await post({ extensions });
    expect(updates).toBe(before + 1);
  });

  it.each(['text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'])('subscribes over %s', async (accept) => {
    const query = `subscription ($from: Int) { borrowed(from: $from) } # ${accept}`;
    const extensions = persisted(hashOf(query));
    const variables = { from: 40 };
    expect(await post({ extensions, variables }, { accept })).toMatchObject({ status: 200, error: NOT_FOUND });
    for (const body of [
      { query, extensions, variables },
      { extensions, variables },
    ]) {
      const { status, text } = await post(body, { accept });
      expect([status, text]).toEqual([200, expect.stringMatching(/"borrowed":40[^]*"borrowed":41/)]);
    }
    expect((await get({ extensions, variables }, { accept })).text).toContain('"borrowed":41');
    expect(await post({ extensions })).toMatchObject({ status: 406 });
  });
});

it('executes and subscribes over WebSocket with a hash and an empty query', async () => {
  const client = socketClient(gateway.url, { connectionParams: { apiKey: 'member' } });
  const results = async (query: string, more: object) => {
    const all: unknown[] = [];
    for await (const { data } of client.iterate({ query, ...more })) all.push(data);
    return all;
  };
  const [shelf, borrowed] = ['{ ws: book(id: 5) }', 'subscription ($from: Int = 60) { borrowed(from: $from) }'] as const;
  await expect(results('', { extensions: persisted(hashOf(shelf)) })).rejects.toEqual([NOT_FOUND]);
  for (const query of [shelf, '']) expect(await results(query, { extensions: persisted(hashOf(shelf)) })).toEqual([{ ws: 'book 5' }]);
  for (const query of [borrowed, ''])
    expect(await results(query, { extensions: persisted(hashOf(borrowed)) })).toEqual([{ borrowed: 60 }, { borrowed: 61 }]);
  await client.dispose();
});

describe('a request with a hash that is not right', () => {
  const query = '{ shelf }';
  it.each([
    [
      'another hash than that of its document',
      { query, extensions: persisted(hashOf('{ book }')) },
      'PERSISTED_QUERY_HASH_MISMATCH',
      hashOf('{ book }'),
    ],
    ['a shortened hash', { query, extensions: persisted(hashOf(query).slice(1)) }, 'PERSISTED_QUERY_HASH_MISMATCH', 'does not belong'],
    [
      'another documentId than its document',
      { query, documentId: `sha256:${hashOf('{ book }')}` },
      'PERSISTED_QUERY_HASH_MISMATCH',
      'does not belong',
    ],
    [
      'version 2',
      { query, extensions: persisted(hashOf(query), 2) },
      'BAD_REQUEST',
      'extensions.persistedQuery.version must be the number 1; got 2.',
    ],
    ['version "1"', { extensions: persisted(hashOf(query), '1') }, 'BAD_REQUEST', 'got \\"1\\".'],
    [
      'no version',
      { extensions: { persistedQuery: { sha256Hash: hashOf(query) } } },
      'BAD_REQUEST',
      'version must be the number 1; got nothing.',
    ],
    [
      'a number for a hash',
      { extensions: persisted(12) },
      'BAD_REQUEST',
      'sha256Hash must be the SHA-256 of the document in hexadecimal digits; got a number.',
    ],
    ['no hash', { query, extensions: { persistedQuery: { version: 1 } } }, 'BAD_REQUEST', 'got nothing.'],
    [
      'a text for persistedQuery',
      { extensions: { persistedQuery: hashOf(query) } },
      'BAD_REQUEST',
      'must be a JSON object with version and sha256Hash; got a string.',
    ],
    ['a documentId that is a number', { documentId: 7 }, 'BAD_REQUEST', 'documentId must be a string; got a number.'],
    ['neither hash nor document', { extensions: { persistedQuery: null } }, 'BAD_REQUEST', 'query is missing.'],
  ])('is refused: %s', async (_, body, code, message) => {
    const refused = await post(body);
    expect(refused).toMatchObject({ status: 400, error: { extensions: { code } } });
    expect(refused.text).toContain(message);
  });

  it('does not store a document under that hash, nor one that is not valid', async () => {
    const extensions = persisted(hashOf('{ stolen: book }'));
    await post({ query: '{ shelf }', extensions });
    expect((await post({ extensions })).error).toEqual(NOT_FOUND);
    for (const invalid of ['{ nothing }', '{ unclosed', `{ ${'shelf '.repeat(6000)} }`]) {
      await post({ query: invalid, extensions: persisted(hashOf(invalid)) });
      expect((await post({ extensions: persisted(hashOf(invalid)) })).error).toEqual(NOT_FOUND);
    }
  });

  it('gets 404 for an id that is no hash, because no client of that form would send the document', async () => {
    for (const body of [{ documentId: 'x-app:1' }, { doc_id: '8a0d' }, { documentId: `sha256:${hashOf('{ never }')}` }])
      expect(await post(body)).toMatchObject({ status: 404, error: { extensions: { code: 'PERSISTED_QUERY_NOT_IN_LIST' } } });
  });
});

it('finds the documents of one organization while another sends new ones without end', async () => {
  const query = '{ mine: book(id: 1) }';
  await post({ query, extensions: persisted(hashOf(query)) }, { apiKey: 'other' });
  for (let index = 0; index < 60; index++) {
    const filler = `{ book } # ${index} ${'x'.repeat(200_000)}`;
    await post({ query: filler });
  }
  expect((await post({ extensions: persisted(hashOf(query)) })).data).toEqual({ mine: 'book 1' });
});
