import { serveSubgraphs, type ServedSubgraphs } from '../../kit/federation.js';
import { openGateway, type OpenGateway } from '../../kit/gateway.js';

const CLOCK = {
  typeDefs: `type Query { hour: Int day: Day } type Day { name: String } type Subscription { tick: Int tock: Int }`,
  resolvers: {
    Query: { hour: () => 5, day: () => ({ name: 'Monday' }) },
    Subscription: {
      tick: {
        async *subscribe() {
          yield { tick: 1 };
        },
      },
    },
  },
};

let served: ServedSubgraphs;
let gateway: OpenGateway;
beforeAll(async () => {
  served = await serveSubgraphs({ clock: CLOCK });
  gateway = await openGateway(served.supergraph);
});
afterAll(async () => {
  await gateway.close();
  await served.close();
});
beforeEach(() => (served.requests.length = 0));

async function post(query: string, variables: object, accept: string): Promise<[number, string]> {
  const headers = { 'content-type': 'application/json', accept };
  const response = await fetch(gateway.url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  return [response.status, await response.text()];
}
const ask = (query: string, variables: object = {}) => post(query, variables, 'application/graphql-response+json');
const subscribe = (query: string, variables: object = {}) => post(query, variables, 'text/event-stream');
const refused = [400, expect.stringMatching(/"code":"(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)"/)];

describe('a condition whose variable is null', () => {
  it.each([
    'query ($c: Boolean = true) { hour @skip(if: $c) day { name } }',
    'query ($c: Boolean = false) { hour @include(if: $c) }',
    'query ($c: Boolean = false) { hour day { ...F } } fragment F on Day { ... @include(if: $c) { name } }',
    'query ($c: Boolean = true, $d: Boolean!) { hour @include(if: $d) day @skip(if: $c) { name } }',
  ])('is refused, each time: %s', async (query) => {
    for (let times = 0; times < 2; times++) {
      expect(await ask(query, { c: null, d: true })).toEqual(refused);
      expect(served.requests).toEqual([]);
    }
    expect((await ask(query, { d: true }))[0]).toBe(200);
  });

  it('is refused in a subscription', async () => {
    expect(await subscribe('subscription ($c: Boolean = true) { tick @include(if: $c) }', { c: null })).toEqual(refused);
  });
});

describe('a subscription whose only field is excluded', () => {
  it.each([
    ['subscription { tick @include(if: false) }', {}],
    ['subscription { tick @skip(if: true) }', {}],
    ['subscription { ... @skip(if: true) { tick } }', {}],
    ['subscription ($c: Boolean!) { tick @include(if: $c) }', { c: false }],
    ['subscription ($c: Boolean = true) { ...F @skip(if: $c) } fragment F on Subscription { tick }', {}],
  ])('is refused: %s', async (query, variables) => {
    expect(await subscribe(query, variables)).toEqual(refused);
    expect(served.requests).toEqual([]);
  });

  it('is refused also beside a query, without an internal error', async () => {
    const query = 'subscription ($c: Boolean!) { ... { ...F } } fragment F on Subscription { tick @include(if: $c) }';
    expect(await subscribe(query, { c: true })).toEqual(refused);
    expect(await ask(`{ hour } ${query}`)).toEqual(refused);
  });

  it('starts if it is not excluded', async () => {
    expect((await subscribe('subscription { ... @include(if: true) { tick @skip(if: false) } }'))[1]).toContain('{"data":{"tick":1}}');
  });

  it('still has one root field', async () => {
    expect(await subscribe('subscription ($c: Boolean!) { tick @include(if: $c) tock }', { c: true })).toEqual(refused);
  });
});
