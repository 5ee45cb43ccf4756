import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { buildSchema } from 'graphql';
import { request } from 'undici';
import { acceptedCodings } from '../../../gateway/http/content-coding.js';
import { runRoute } from './server.js';

describe('the codings that a client accepts', () => {
  it.each([
    [undefined, null, true],
    ['', null, true],
    ['gzip', 'gzip', true],
    ['GZIP', 'gzip', true],
    ['x-gzip', 'gzip', true],
    ['br', 'br', true],
    ['gzip, deflate, br, zstd', 'br', true],
    ['br;q=0.5, gzip', 'gzip', true],
    ['br;q=0, gzip;q=0.1', 'gzip', true],
    ['gzip;q=0', null, true],
    ['*', 'br', true],
    ['*;q=0.1, br;q=0', 'gzip', true],
    ['deflate, zstd', null, true],
    ['identity', null, true],
    ['identity, gzip;q=0.5', null, true],
    ['identity;q=0.5, gzip;q=0.5', 'gzip', true],
    ['identity;q=0', null, false],
    ['identity;q=0, gzip', 'gzip', false],
    ['*;q=0', null, false],
    ['*;q=0, identity', null, true],
    ['*;q=0, br', 'br', false],
    ['gzip;q=nonsense', null, true],
    [',;,', null, true],
  ])('by "%s" are %s and identity: %s', (header, compressed, isIdentityAccepted) => {
    expect(acceptedCodings(header)).toEqual({ compressed, isIdentityAccepted });
  });
});

describe('a response', () => {
  const long = 'ä'.repeat(2000);
  let route: Awaited<ReturnType<typeof runRoute>>;
  beforeAll(async () => (route = await runRoute({ schema: schemaOf() })));
  afterAll(() => route.close());

  function schemaOf() {
    const schema = buildSchema('type Query { text(length: Int!): String! } type Mutation { count: Int! }');
    let count = 0;
    Object.assign(schema.getQueryType()!.getFields().text!, {
      resolve: (_: unknown, { length }: { length: number }) => long.slice(0, length),
    });
    Object.assign(schema.getMutationType()!.getFields().count!, { resolve: () => ++count });
    return schema;
  }

  const ask = async (length: number, headers: Record<string, string>, query = `{ text(length: ${length}) }`) => {
    const body = JSON.stringify({ query });
    const response = await request(route.url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
    const bytes = Buffer.from(await response.body.arrayBuffer());
    const { 'content-encoding': encoding, vary, 'content-length': length_ } = response.headers;
    expect(length_).toBe(String(bytes.length));
    return { status: response.statusCode, encoding, vary, bytes };
  };

  it.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ])('above 1 KiB is compressed with %s for a client that accepts it', async (coding, decompress) => {
    const { encoding, vary, bytes } = await ask(2000, { 'accept-encoding': coding });
    expect([encoding, vary]).toEqual([coding, 'Origin, Accept-Encoding']);
    expect(JSON.parse(decompress(bytes).toString())).toEqual({ data: { text: long } });
    expect(bytes.length).toBeLessThan(200);
  });

  it.each([
    ['is below 1 KiB', 500, { 'accept-encoding': 'gzip' }],
    ['has no accepted coding', 2000, {}],
    ['has no known coding', 2000, { 'accept-encoding': 'zstd' }],
  ])('that %s is not compressed', async (_, length, headers) => {
    const { encoding, vary, bytes } = await ask(length, headers as Record<string, string>);
    expect([encoding, vary]).toEqual([undefined, 'Origin, Accept-Encoding']);
    expect(JSON.parse(bytes.toString())).toEqual({ data: { text: long.slice(0, length) } });
  });

  it('below 1 KiB is compressed for a client that accepts nothing else', async () => {
    const { encoding, bytes } = await ask(1, { 'accept-encoding': 'gzip, identity;q=0' });
    expect([encoding, gunzipSync(bytes).toString()]).toEqual(['gzip', '{"data":{"text":"ä"}}']);
  });

  it('is an error, and nothing is executed, for a client that accepts no coding', async () => {
    for (const header of ['identity;q=0', '*;q=0', 'zstd, *;q=0'])
      expect((await ask(1, { 'accept-encoding': header }, 'mutation { count }')).status).toBe(406);
    expect((await ask(1, {}, 'mutation { count }')).bytes.toString()).toBe('{"data":{"count":1}}');
  });
});
