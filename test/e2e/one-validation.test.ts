import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, type OpenGateway, type ViewersByApiKey } from '../kit/gateway.js';
import { aMember } from '../kit/viewers.js';
import { connectSocket, subscribeMessage } from '../kit/websocket.js';

const ITEMS = {
  typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")
    type Query { item(id: ID): Item } type Subscription { item(id: ID): Item }
    type Item { name: String items: [Item!] find(text: String, filter: Filter): Item }
    input Filter { text: String }`,
  resolvers: {
    Query: { item: () => ({ name: 'iron' }) },
    Subscription: {
      item: {
        subscribe: async function* () {
          yield { item: { name: 'iron' } };
        },
      },
    },
  },
};
const viewers: ViewersByApiKey = new Map([
  ['member', aMember()],
  ['writer', { ...aMember(), scopes: ['WRITE'] }],
]);

let served: ServedSubgraphs;
let gateway: OpenGateway;
let development: OpenGateway;
beforeAll(async () => {
  served = await serveSubgraphs({ items: ITEMS });
  gateway = await openGateway(served.supergraph, { viewers });
  development = await openGateway(served.supergraph, { viewers, isProduction: false });
});
afterAll(async () => {
  await Promise.all([gateway.close(), development.close()]);
  await served.close();
});

const repeat = (count: number, text: (index: number) => string) => Array.from({ length: count }, (_, index) => text(index)).join(' ');
/** Fragments each of which spreads the next one twice: 2^depth fields. */
const doubling = (depth: number, leaf = 'name') =>
  repeat(depth, (index) => `fragment F${index} on Item { a: find { ...F${index + 1} } b: find { ...F${index + 1} } }`) +
  ` fragment F${depth} on Item { ${leaf} }`;

const nested = (depth: number, field: string) => `${repeat(depth, () => `${field} {`)} name ${'}'.repeat(depth)}`;

interface Refusal {
  status: number;
  body: string;
}

async function send({ url }: OpenGateway, body: object, apiKey: string): Promise<Refusal> {
  const accept = 'application/graphql-response+json, text/event-stream;q=0.5';
  const headers = { 'content-type': 'application/json', accept, 'x-api-key': apiKey };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.text() };
}

/** Sends an operation over WebSocket and returns the errors for which it is refused. */
async function refusalBySocket({ url }: OpenGateway, query: string, variables: object | undefined, apiKey: string): Promise<unknown> {
  const socket = await connectSocket(url, { apiKey });
  const { type, payload } = await socket.send(subscribeMessage('1', query, variables)).next();
  socket.socket.close();
  expect(type).toBe('error');
  return payload;
}

type Kind = 'query' | 'subscription';
interface Bad {
  document: (kind: Kind) => string;
  variables?: object;
  apiKey?: string;
  isDevelopment?: boolean;
}

const BAD_OPERATIONS: [name: string, bad: Bad, code: string, message: string][] = [
  ['an unknown field', { document: (kind) => `${kind} { item { nothing } }` }, 'GRAPHQL_VALIDATION_FAILED', 'Cannot query field'],
  [
    'a misspelt field, with a suggestion outside production',
    { document: (kind) => `${kind} { item { nam } }`, isDevelopment: true },
    'GRAPHQL_VALIDATION_FAILED',
    'Did you mean \\"name\\"?',
  ],
  [
    'a misspelt field, without a suggestion in production',
    { document: (kind) => `${kind} { item { nam } }` },
    'GRAPHQL_VALIDATION_FAILED',
    'Cannot query field \\"nam\\" on type \\"Item\\"."',
  ],
  [
    'two @defer with one label',
    { document: (kind) => `${kind} { item { ... @defer(label: "a") { name } ... @defer(label: "a") { name } } }` },
    'GRAPHQL_VALIDATION_FAILED',
    'The label \\"a\\" is used by more than one @defer.',
  ],
  [
    'a variable for the label of @defer',
    { document: (kind) => `${kind} ($label: String) { item { ... @defer(label: $label) { name } } }` },
    'GRAPHQL_VALIDATION_FAILED',
    'The label of @defer must be a string literal',
  ],
  [
    'more than ten million selections',
    { document: (kind) => `${kind} { item { ...F0 } } ${doubling(24)}` },
    'GRAPHQL_VALIDATION_FAILED',
    'recursively requests too many selections',
  ],
  [
    'more than 10,000 fields',
    { document: (kind) => `${kind} { item { ...F0 } } ${doubling(14).replaceAll(/[ab]: find/g, 'find')}` },
    'BAD_USER_INPUT',
    'fields; the limit is 10000.',
  ],
  [
    '31 aliases',
    { document: (kind) => `${kind} { item { ${repeat(31, (index) => `a${index}: name`)} } }` },
    'BAD_USER_INPUT',
    '31 aliases; the limit is 30.',
  ],
  [
    '21 deferred fragments',
    { document: (kind) => `${kind} { item { ${repeat(21, () => '... @defer { name }')} } }` },
    'BAD_USER_INPUT',
    '21 deferred fragments; the limit is 20.',
  ],
  [
    'more than 5,000 tokens',
    { document: (kind) => `${kind} { item { ${repeat(5000, () => 'name')} } }` },
    'GRAPHQL_PARSE_FAILED',
    'Document contains more that 5000 tokens',
  ],
  [
    'a cost above 5,000',
    { document: (kind) => `${kind} { item { ${nested(6, 'items')} } }` },
    'COST_ESTIMATED_TOO_EXPENSIVE',
    'The operation costs 19531; the limit is 5000. Its dearest path is item.items.items.items.items.items.items.',
  ],
  [
    '13 fields nested in one another',
    { document: (kind) => `${kind} { item { ${nested(11, 'find')} } }` },
    'BAD_USER_INPUT',
    'The operation is 13 fields deep; the limit is 12.',
  ],
  [
    '6 operations',
    { document: (kind) => repeat(6, (index) => `${kind} A${index} { item { name } }`) },
    'BAD_USER_INPUT',
    'has 6 operations; the limit is 5.',
  ],
  [
    '51 directives',
    { document: (kind) => `${kind} { item { ${repeat(51, () => 'name @include(if: true)')} } }` },
    'BAD_USER_INPUT',
    'has 51 directives; the limit is 50.',
  ],
  [
    'a directive that is repeated ten times',
    { document: (kind) => `${kind} { item { name ${repeat(10, () => '@aa')} } }` },
    'BAD_USER_INPUT',
    'has 10 directives at one place; the limit is 5.',
  ],
  [
    'a NUL character in the document',
    { document: (kind) => `${kind} { item { find(text: "\\u0000") { name } } }` },
    'BAD_USER_INPUT',
    'NUL character',
  ],
  [
    'a NUL character in a variable',
    { document: (kind) => `${kind} ($id: ID) { item(id: $id) { name } }`, variables: { id: '\0' } },
    'BAD_USER_INPUT',
    'NUL character',
  ],
  [
    'a variable of another type',
    { document: (kind) => `${kind} ($id: ID) { item(id: $id) { name } }`, variables: { id: {} } },
    'BAD_USER_INPUT',
    'got invalid value',
  ],
  ['a credential without the scope', { document: (kind) => `${kind} { item { name } }`, apiKey: 'writer' }, 'FORBIDDEN', 'does not have'],
];

it.each(BAD_OPERATIONS)(
  '%s is refused alike by Apollo Server, as a known operation, as a subscription and over WebSocket',
  async (_, bad, code, message) => {
    const { document, variables, apiKey = 'member', isDevelopment } = bad;
    const door = isDevelopment ? development : gateway;
    const byApollo = await send(door, { query: document('query'), variables }, apiKey);
    const again = await send(door, { query: document('query'), variables }, apiKey);
    const bySubscription = await send(door, { query: document('subscription'), variables }, apiKey);
    expect(byApollo.body).toContain(`"code":"${code}"`);
    expect(byApollo.body).toContain(message);
    expect(again).toEqual(byApollo);
    expect(alike(bySubscription)).toEqual(alike(byApollo));
    for (const [kind, { body }] of [
      ['query', byApollo],
      ['subscription', bySubscription],
    ] as const) {
      const errors = await refusalBySocket(door, document(kind), variables, apiKey);
      expect(errors).toEqual((JSON.parse(body) as { errors: unknown }).errors);
    }
  },
);

/** The error without the kind of operation, and without columns, which depend on the length of the keyword. */
const alike = ({ status, body }: Refusal): Refusal => ({
  status,
  body: body.replaceAll(/"column":\d+/g, '"column":0').replaceAll(/\b(query|subscription)\b/gi, 'operation'),
});

it('a subscription without fault is not refused', async () => {
  const { status, body } = await send(gateway, { query: 'subscription { item { name } }' }, 'member');
  expect([status, body]).toEqual([200, expect.stringContaining('event: ')]);
});
