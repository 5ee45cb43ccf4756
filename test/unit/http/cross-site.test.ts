import { request } from 'undici';
import { ORIGIN, runRoute } from './server.js';

let route: Awaited<ReturnType<typeof runRoute>>;
beforeAll(async () => (route = await runRoute()));
afterAll(() => route.close());

const get = (headers: Record<string, string>, query = '{ greeting }') =>
  request(`${route.url}?query=${encodeURIComponent(query)}`, { headers });
const post = (headers: Record<string, string>, body = '{"query":"mutation { count }"}') =>
  request(route.url, { method: 'POST', headers, body });

describe('a GET that a browser sends', () => {
  it.each([
    ['from this server’s own page', { 'sec-fetch-site': 'same-origin' }],
    ['because a person typed the address', { 'sec-fetch-site': 'none' }],
    ['from a page of a configured origin', { 'sec-fetch-site': 'cross-site', origin: ORIGIN }],
    ['from a configured origin beside this one', { 'sec-fetch-site': 'same-site', origin: ORIGIN }],
    ['after a preflight, for a header', { 'sec-fetch-site': 'cross-site', 'apollo-require-preflight': '1' }],
    ['after a preflight, for its type', { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' }],
  ] as [string, Record<string, string>][])('%s is served', async (_, headers) => {
    const { statusCode, body } = await get(headers);
    expect([statusCode, await body.json()]).toEqual([200, { data: { greeting: 'Hello world' } }]);
  });

  it.each([
    ['for an image on another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }],
    ['for a link on another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    ['from a neighbour under the same domain', { 'sec-fetch-site': 'same-site' }],
    ['from an origin that is not configured', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['from a page without an origin', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
    ['from an old browser that sends only the origin', { origin: 'https://evil.example' }],
    ['from an old browser, sandboxed', { origin: 'null' }],
    ['with a type that needs no preflight', { 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain; application/json' }],
    ['with a type that is none', { 'sec-fetch-site': 'cross-site', 'content-type': 'application' }],
    ['with a header that is empty', { 'sec-fetch-site': 'cross-site', 'apollo-require-preflight': '' }],
    ['with a word for the site that does not exist', { 'sec-fetch-site': 'friendly' }],
  ] as [string, Record<string, string>][])('%s is refused', async (_, headers) => {
    const { statusCode, body } = await get(headers);
    expect(statusCode).toBe(403);
    expect(await body.json()).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'FORBIDDEN' } }] });
  });

  it('with the origin of this server is served', async () => {
    expect((await get({ origin: route.origin })).statusCode).toBe(200);
  });
});

describe('a client without browser headers', () => {
  it('is served without proof', async () => {
    expect((await get({})).statusCode).toBe(200);
  });
});

describe('a request that a form can send', () => {
  it.each([
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
    '',
  ])('with the content type "%s" is refused, also from this server', async (type) => {
    const senders: Record<string, string>[] = [{}, { 'sec-fetch-site': 'same-origin' }, { 'apollo-require-preflight': '1' }];
    for (const headers of senders) {
      const { statusCode, body } = await post({ ...headers, ...(type && { 'content-type': type }) });
      expect(statusCode).toBe(415);
      expect(await body.json()).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'BAD_REQUEST' } }] });
    }
  });

  it('changes nothing', async () => {
    const { body } = await post({ 'content-type': 'application/json' });
    expect(await body.json()).toEqual({ data: { count: 1 } });
  });
});

describe('a mutation by GET', () => {
  it('is refused with status 405 and the Allow header', async () => {
    const { statusCode, headers, body } = await get({ 'sec-fetch-site': 'same-origin' }, 'mutation { count }');
    expect([statusCode, headers.allow]).toEqual([405, 'POST']);
    expect(await body.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });
});

describe('a preflight', () => {
  const preflight = (origin: string) =>
    request(route.url, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });

  it('from a configured origin is allowed, and from another one refused', async () => {
    expect((await preflight(ORIGIN)).headers['access-control-allow-origin']).toBe(ORIGIN);
    expect((await preflight('https://evil.example')).headers['access-control-allow-origin']).toBeUndefined();
  });
});
