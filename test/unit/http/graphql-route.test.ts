import { GraphQLError } from 'graphql';
import { request } from 'undici';
import { runRoute } from './server.js';

const fails = (code: string) => ({
  requestDidStart: async () => ({
    didResolveOperation: async ({ request: { operationName } }: { request: { operationName?: string } }) => {
      if (operationName === code) throw new GraphQLError('No.', { extensions: { code } });
    },
  }),
});

let route: Awaited<ReturnType<typeof runRoute>>;
beforeAll(async () => (route = await runRoute({ plugins: ['FORBIDDEN', 'BAD_USER_INPUT', 'RATE_LIMITED'].map(fails) })));
afterAll(() => route.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const GRAPHQL = { accept: 'application/graphql-response+json' };
const send = async (body: string | Buffer | undefined, headers: Record<string, string> = {}) => {
  const answer = await request(route.url, { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    result: (await answer.body.json()) as { data?: object; errors?: { extensions: { code: string } }[] },
  };
};
const post = (body: object, headers?: Record<string, string>) => send(JSON.stringify(body), headers);
const refusalOf = async (answer: ReturnType<typeof send>) => {
  const { status, result } = await answer;
  expect(result.data).toBeUndefined();
  return [status, result.errors?.[0]?.extensions.code];
};

describe('a body', () => {
  it.each([
    ['nothing', undefined],
    ['broken JSON', '{"query":'],
    ['null', 'null'],
    ['a number', '42'],
    ['a text', '"{ greeting }"'],
    ['a list', '[{"query":"{ greeting }"}]'],
    ['an object without a query', '{}'],
    ['a query that is empty', '{"query":""}'],
    ['an object for __proto__', '{"query":"{ greeting }","variables":{"__proto__":{"a":1}}}'],
    ['text that is not UTF-8', Buffer.from('{"query":"{ greeting(name: \\"\xe9\\") }"}', 'latin1')],
    ['gzip that says nothing of it', Buffer.from([0x1f, 0x8b, 8, 0])],
  ])('with %s is refused with 400', async (_, body) => {
    expect(await refusalOf(send(body))).toEqual([400, 'BAD_REQUEST']);
  });

  it.each([
    ['another charset', { 'content-type': 'application/json; charset=utf-16' }],
    ['compression', { 'content-encoding': 'gzip' }],
  ])('with %s is refused with 415', async (_, headers) => {
    expect(await refusalOf(send('{"query":"{ greeting }"}', headers))).toEqual([415, 'BAD_REQUEST']);
  });

  it.each([
    ['multipart/form-data; boundary=x', /^Multipart requests are not supported\. .* Upload it\.$/],
    ['text/plain', /^The content type "text\/plain" is not supported/],
    ['application/graphql', /^The content type "application\/graphql" is not supported/],
  ])('of the type %s is refused with advice, also while it is still sent', async (type, message) => {
    const { status, result } = await send(Buffer.alloc(5_000_000), { 'content-type': type });
    expect([status, result.errors?.[0]]).toEqual([415, { message: expect.stringMatching(message), extensions: { code: 'BAD_REQUEST' } }]);
  });

  it('over the limit is refused with 413', async () => {
    expect(await refusalOf(post({ query: `{ greeting } #${'x'.repeat(20_000)}` }))).toEqual([413, 'BAD_REQUEST']);
  });

  it('can have variables that are named like properties of Object.prototype', async () => {
    const { result } = await send(
      '{"query":"query ($constructor: String) { greeting(name: $constructor) }","variables":{"constructor":"you"}}',
    );
    expect(result).toEqual({ data: { greeting: 'Hello you' } });
  });
});

describe('a request by GET', () => {
  const get = async (search: string) => {
    const { statusCode, body } = await request(`${route.url}?${search}`);
    return {
      status: statusCode,
      headers: {},
      result: (await body.json()) as { data?: object; errors?: { extensions: { code: string } }[] },
    };
  };

  it('has its variables as JSON', async () => {
    const search = new URLSearchParams({
      query: 'query A($name: String) { greeting(name: $name) } query B { broken }',
      operationName: 'A',
      variables: '{"name":"ÿ & +"}',
    });
    expect((await get(search.toString())).result).toEqual({ data: { greeting: 'Hello ÿ & +' } });
  });

  it.each(['', 'query=%7Bgreeting%7D&query=%7Bbroken%7D', 'query=%7Bgreeting%7D&variables=%7B', 'query=%7Bgreeting%7D&variables=%5B%5D'])(
    'with "?%s" is refused',
    async (search) => {
      expect(await refusalOf(get(search))).toEqual([400, 'BAD_REQUEST']);
    },
  );
});

describe('a method that is neither GET nor POST', () => {
  it.each(['PUT', 'PATCH', 'DELETE', 'HEAD'] as const)('%s is refused with status 405', async (method) => {
    const { statusCode, headers } = await request(route.url, { method });
    expect([statusCode, headers.allow]).toEqual([405, 'GET, POST']);
  });
});

describe('the status', () => {
  const invalid: [string, object, string][] = [
    ['does not parse', { query: '{' }, 'GRAPHQL_PARSE_FAILED'],
    ['is not valid', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['names no operation of the document', { query: 'query A { greeting }', operationName: 'B' }, 'OPERATION_RESOLUTION_FAILURE'],
    ['has variables that do not fit', { query: 'query ($name: String!) { greeting(name: $name) }' }, 'BAD_USER_INPUT'],
    ['a guard refuses', { query: 'query BAD_USER_INPUT { greeting }', operationName: 'BAD_USER_INPUT' }, 'BAD_USER_INPUT'],
  ];

  it.each(invalid)('of an operation that %s is 400, and 200 for a client that accepts application/json by name', async (_, body, code) => {
    for (const headers of [{}, GRAPHQL, { accept: '*/*' }]) expect(await refusalOf(post(body, headers))).toEqual([400, code]);
    expect(await refusalOf(post(body, { accept: 'application/json' }))).toEqual([200, code]);
  });

  it('is the status of the error for any accepted type', async () => {
    for (const accept of ['*/*', 'application/json', GRAPHQL.accept]) {
      expect(await refusalOf(post({ query: 'query FORBIDDEN { greeting }', operationName: 'FORBIDDEN' }, { accept }))).toEqual([
        403,
        'FORBIDDEN',
      ]);
      expect(await refusalOf(post({ query: 'query RATE_LIMITED { greeting }', operationName: 'RATE_LIMITED' }, { accept }))).toEqual([
        429,
        'RATE_LIMITED',
      ]);
      expect(await refusalOf(post({ query: '{ greeting }' }, { accept, authorization: 'Bearer nobody' }))).toEqual([
        401,
        'UNAUTHENTICATED',
      ]);
    }
  });

  it('is 200 for a response with data, also if it has errors', async () => {
    const { status, result } = await post({ query: '{ greeting broken }' }, GRAPHQL);
    expect([status, result.data]).toEqual([200, { greeting: 'Hello world', broken: null }]);
    expect(result.errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
  });

  it('is 500 for an internal error, without its details', async () => {
    const answer = await post({ query: '{ greeting }' }, { authorization: 'Bearer breaks' });
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.result)).not.toContain('secret');
    expect(answer.result.errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
  });

  it('is 406 if the client accepts no response type, and nothing is executed', async () => {
    expect(await refusalOf(post({ query: 'mutation { count }' }, { accept: 'text/html' }))).toEqual([406, 'BAD_REQUEST']);
    expect((await post({ query: 'mutation { count }' })).result).toEqual({ data: { count: 1 } });
  });
});

describe('a response', () => {
  it('has the accepted type, in UTF-8, and is not cached', async () => {
    const { headers } = await post({ query: '{ greeting }' }, GRAPHQL);
    expect(headers).toMatchObject({
      'content-type': 'application/graphql-response+json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect((await post({ query: '{ greeting }' })).headers['content-type']).toBe('application/json; charset=utf-8');
  });
});
