import { GraphQLError } from 'graphql';
import { serveSubgraphs, type ServedSubgraphs } from '../../kit/federation.js';
import { openGateway, type OpenGateway } from '../../kit/gateway.js';
import { begin, COMPLETE, runScripts, type Arrived } from '../subscriptions/subgraph.js';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])';
const NAMES: Record<string, string> = { ann: 'Ann', bob: 'Bob' };
const NEWS = {
  typeDefs: `${LINK}
    type Query { news: Int }
    type Subscription { posted(of: ID): Post postedForSure: Post! }
    type Post @key(fields: "id") { id: ID! title: String! author: User editors: [User!]! }
    type User @key(fields: "id") { id: ID! latest: Post best: Post }`,
};
const PEOPLE = {
  typeDefs: `${LINK} type User @key(fields: "id") { id: ID! name: String! secret: String }`,
  resolvers: {
    User: {
      __resolveReference: ({ id }: { id: string }) => (id in NAMES ? { id, name: NAMES[id] } : null),
      secret: () => {
        throw new GraphQLError('Not for you.', { extensions: { code: 'FORBIDDEN' } });
      },
    },
  },
};
const VOTES = {
  typeDefs: `${LINK} type Query { votes: Int }
    type Post @key(fields: "id") { id: ID! votes: Int! title: String! @external headline: String @requires(fields: "title") }
    type Subscription { counted: Int! }`,
  resolvers: {
    Post: {
      votes: ({ id }: { id: string }) => (id === 'unknown' ? null : Number(id) * 10),
      headline: ({ title }: { title: string }) => title.toUpperCase(),
    },
    Subscription: {
      counted: {
        async *subscribe() {
          for (const counted of [1, 2, 3]) yield { counted };
        },
      },
    },
  },
};

/** Each fragment spreads the next one twice, which selects 2^40 fields. */
const EXPLODING_FRAGMENTS = Array.from(
  { length: 40 },
  (_, index) => `fragment F${index} on Post { author { latest { ...F${index + 1} } best { ...F${index + 1} } } }`,
);
const EXPLODING = `subscription { posted { ...F0 } } ${EXPLODING_FRAGMENTS.join(' ')} fragment F40 on Post { id }`;

let script: (arrived: Arrived) => void;
let news: Awaited<ReturnType<typeof runScripts>>;
let others: ServedSubgraphs;
let gateway: OpenGateway;
beforeAll(async () => {
  news = await runScripts((arrived) => script(arrived));
  others = await serveSubgraphs({ news: { ...NEWS, url: news.url }, people: PEOPLE, votes: VOTES });
  gateway = await openGateway(others.supergraph);
});
afterAll(async () => {
  await gateway.close();
  await others.close();
  await news.close();
});
beforeEach(() => {
  news.requests.length = 0;
  others.requests.length = 0;
});

const event = (result: object, id?: string) => `${id ? `id: ${id}\n` : ''}event: next\ndata: ${JSON.stringify(result)}\n\n`;
const posted = (id: string, rest: object = {}, eventId?: string) => {
  const post = { __typename: 'Post', id, title: `post ${id}`, author: { __typename: 'User', id: 'ann' }, ...rest };
  return event({ data: { posted: post } }, eventId);
};
const respondWithEvents =
  (...events: string[]) =>
  ({ response }: Arrived) =>
    void begin(response).end([...events, COMPLETE].join(''));

/** Returns all events of a subscription. */
async function collectEvents(query: string, variables?: Record<string, unknown>): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const result of gateway.subscribe(null, query, variables)) events.push(result);
  return events;
}
const error = (code: string, ...path: (string | number)[]) =>
  expect.objectContaining({ ...(path.length > 0 && { path }), extensions: expect.objectContaining({ code }) as unknown }) as unknown;

describe('the events of a subscription', () => {
  it('are completed from other subgraphs with one request for each event', async () => {
    script = respondWithEvents(posted('1'), posted('2', { author: { __typename: 'User', id: 'bob' } }));
    expect(await collectEvents('subscription { posted { title votes headline author { name } } }')).toEqual([
      { data: { posted: { title: 'post 1', votes: 10, headline: 'POST 1', author: { name: 'Ann' } } } },
      { data: { posted: { title: 'post 2', votes: 20, headline: 'POST 2', author: { name: 'Bob' } } } },
    ]);
    expect(others.requests.map(({ subgraph }) => subgraph).sort()).toEqual(['people', 'people', 'votes', 'votes']);
    expect(news.requests).toHaveLength(1);
  });

  it('are complete if a part is deferred', async () => {
    script = respondWithEvents(posted('1'));
    expect(await collectEvents('subscription { ... @defer { posted { title ... @defer(label: "later") { votes } } } }')).toEqual([
      { data: { posted: { title: 'post 1', votes: 10 } } },
    ]);
  });

  it('are requested with the variables, and have the aliases of the client', async () => {
    script = ({ body, response }) => {
      const { query, variables } = JSON.parse(body) as { query: string; variables: object };
      const key = /(\w+)\s*:\s*posted/.exec(query)![1]!;
      expect(variables).toEqual({ id: '7' });
      begin(response).end(event({ data: { [key]: { __typename: 'Post', id: '7', title: 't' } } }) + COMPLETE);
    };
    const query = `subscription ($id: ID!, $all: Boolean!) {
      constructor: posted(of: $id) { __typename kind: __typename ...Counts author @include(if: $all) { name } }
    } fragment Counts on Post { __proto__: votes }`;
    const [answer] = await collectEvents(query, { id: '7', all: false });
    expect(JSON.stringify(answer)).toBe('{"data":{"constructor":{"__typename":"Post","kind":"Post","__proto__":70}}}');
  });

  it('can be null, completely or partly', async () => {
    script = respondWithEvents(event({ data: { posted: null } }), posted('1', { author: null }), posted('2'));
    const query = 'subscription { posted { votes author { name } } }';
    expect(await collectEvents(query)).toEqual([
      { data: { posted: null } },
      { data: { posted: { votes: 10, author: null } } },
      { data: { posted: { votes: 20, author: { name: 'Ann' } } } },
    ]);
  });

  it('have errors at the response paths of the client', async () => {
    const failed = { message: 'No author.', path: ['posted', 'by'], extensions: { code: 'NOT_FOUND' } };
    const post = { __typename: 'Post', id: '1', by: null };
    script = respondWithEvents(
      event({ data: { posted: post }, errors: [failed] }),
      event({ data: null, errors: [{ ...failed, path: undefined }] }),
    );
    expect(await collectEvents('subscription { posted { by: author { name } votes } }')).toEqual([
      { data: { posted: { by: null, votes: 10 } }, errors: [error('NOT_FOUND', 'posted', 'by')] },
      { data: null, errors: [error('NOT_FOUND', 'posted')] },
    ]);
  });

  it('have errors for fields that could not be completed, with null propagation', async () => {
    const editors = ['ann', 'nobody'].map((id) => ({ __typename: 'User', id }));
    script = respondWithEvents(posted('1', { editors }), posted('unknown', { editors: [] }), posted('3', { editors: [] }));
    const query = 'subscription { posted { votes author { secret } editors { name } } }';
    expect(await collectEvents(query)).toEqual([
      {
        data: { posted: null },
        errors: expect.arrayContaining([error('FORBIDDEN', 'posted', 'author', 'secret')]),
      },
      {
        data: { posted: null },
        errors: expect.arrayContaining([error('INTERNAL_SERVER_ERROR', 'posted', 'votes')]),
      },
      {
        data: { posted: { votes: 30, author: { secret: null }, editors: [] } },
        errors: [error('FORBIDDEN', 'posted', 'author', 'secret')],
      },
    ]);
  });

  it('with an internal error have the request id that the log has', async () => {
    script = respondWithEvents(posted('unknown'));
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { posted { votes } }' }),
    });
    const requestId = response.headers.get('x-request-id')!;
    expect(await response.text()).toContain(`"extensions":{"code":"INTERNAL_SERVER_ERROR","requestId":"${requestId}"}`);
    const logged = gateway.log.filter((line) => line.includes(requestId));
    expect(logged.map((line) => JSON.parse(line) as object)).toEqual([expect.objectContaining({ path: ['posted', 'votes'] })]);
  });

  it('have null data if a non-null root field is null', async () => {
    script = respondWithEvents(event({ data: { postedForSure: { __typename: 'Post', id: 'unknown' } } }));
    expect(await collectEvents('subscription { postedForSure { votes } }')).toEqual([
      { data: null, errors: [error('INTERNAL_SERVER_ERROR', 'postedForSure', 'votes')] },
    ]);
  });

  it('can come from a subgraph with graphql-sse', async () => {
    expect(await collectEvents('subscription { counted }')).toEqual([1, 2, 3].map((counted) => ({ data: { counted } })));
  });
});

describe('a subgraph that fails', () => {
  const QUERY = 'subscription { posted { id votes } }';
  const post = (id: string) => ({ data: { posted: { id, votes: Number(id) * 10 } } });

  it('in the middle of its stream ends the stream with an error', async () => {
    script = ({ response }) => void begin(response).write(posted('1'), () => response.destroy());
    expect(await collectEvents(QUERY)).toEqual([post('1'), { errors: [error('UNAVAILABLE')] }]);
  });

  it('in the middle of its stream is resumed if its events have ids', async () => {
    const seen: unknown[] = [];
    script = ({ headers, response }) => {
      seen.push(headers['last-event-id'] && Buffer.from(headers['last-event-id'] as string, 'latin1').toString());
      begin(response);
      if (seen.length === 1) response.write(posted('1', {}, '1 ☃'), () => response.destroy());
      else if (seen.length === 2) response.socket!.destroy();
      else response.end(posted('2', {}, '2') + COMPLETE);
    };
    expect(await collectEvents(QUERY)).toEqual([post('1'), post('2')]);
    expect(seen).toEqual([undefined, '1 ☃', '1 ☃']);
  });

  it.each([
    ['no JSON', 'event: next\ndata: {"data":\n\n'],
    ['another shape', event({ data: 7 })],
  ])('by an event that is %s causes an error', async (_, text) => {
    script = respondWithEvents(posted('1'), text, posted('2'));
    expect(await collectEvents(QUERY)).toEqual([post('1'), { errors: [error('UNAVAILABLE')] }]);
  });

  it.each([
    ['a refusal', 200, { errors: [{ message: 'No.', extensions: { code: 'NOT_FOUND' } }] }, 'NOT_FOUND'],
    ['a status', 500, {}, 'UNAVAILABLE'],
    ['a refusal with a status', 500, { errors: [{ message: 'No.', extensions: { code: 'CONFLICT' } }] }, 'CONFLICT'],
    ['a refusal with another status', 401, { errors: [{ message: 'No.', extensions: { code: 'FORBIDDEN' } }] }, 'FORBIDDEN'],
  ])('from the beginning, by %s, causes an error in the stream', async (_, status, answer, code) => {
    script = ({ response }) => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    const [first, ...rest] = (await collectEvents(QUERY)) as { errors: { extensions: object }[] }[];
    expect(first!.errors[0]!.extensions).toEqual({ code });
    expect(rest).toEqual([]);
  });
});

describe('a subscription', () => {
  it.each([
    ['an unknown field', 'subscription { post }', 'GRAPHQL_VALIDATION_FAILED'],
    ['two root fields', 'subscription { posted { id } counted }', 'GRAPHQL_VALIDATION_FAILED'],
    ['introspection', 'subscription { __schema { __typename } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a variable of another type', 'subscription ($id: ID = "1") { posted(of: $id) { id } }', 'BAD_USER_INPUT'],
    ['too many aliases', `subscription { posted { ${Array.from({ length: 31 }, (_, i) => `a${i}: id`).join(' ')} } }`, 'BAD_USER_INPUT'],
    ['fragments that stand for millions of fields', EXPLODING, 'GRAPHQL_VALIDATION_FAILED'],
  ])('with %s is refused with an HTTP status before it begins, without a request to a subgraph', async (_, query, code) => {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query, variables: { id: { a: 1 } } }),
    });
    const text = await response.text();
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/json; charset=utf-8']);
    expect((JSON.parse(text) as { errors: object[] }).errors[0]).toMatchObject({ extensions: { code } });
    expect(text).not.toContain('Did you mean');
    expect(news.requests).toEqual([]);
  });
});
