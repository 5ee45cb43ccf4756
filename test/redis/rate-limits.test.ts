import { randomInt } from 'node:crypto';
import { testRedisUrl } from '../kit/config.js';
import { eventually } from '../kit/eventually.js';
import { FaultyProxy } from '../kit/faulty-proxy.js';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, type OpenGateway } from '../processes/open-gateway.js';

const SHOP = {
  typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@listSize"])
    type Query { items(first: Int): [Item!] @listSize(slicingArguments: ["first"]) } type Item { name: String }`,
  resolvers: { Query: { items: (_: unknown, { first }: { first: number }) => Array(first).fill({ name: 'iron' }) } },
};
const LIMITS = {
  GATEWAY_MAX_ADDRESS_REQUESTS_PER_MINUTE: '20',
  GATEWAY_MAX_ADDRESS_COST_PER_MINUTE: '100',
  GATEWAY_MAX_ADDRESS_NEW_OPERATIONS_PER_MINUTE: '15',
};

let shop: ServedSubgraphs;
let proxy: FaultyProxy;
let gateways: OpenGateway[];
beforeAll(async () => {
  const redis = testRedisUrl();
  shop = await serveSubgraphs({ shop: SHOP });
  proxy = await FaultyProxy.before(Number(redis.port || 6379));
  redis.host = new URL(proxy.origin).host;
  const environment = { ...LIMITS, REDIS_URL: redis.href, TRUSTED_PROXIES: '127.0.0.0/8' };
  gateways = await Promise.all([openGateway(shop.supergraph, environment), openGateway(shop.supergraph, environment)]);
  await sendMany(2, newAddress()); // The document of most tests is then known to both.
});
afterEach(() => proxy.use('pass'));
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.end()));
  await proxy.close();
  await shop.close();
});

/** An address that no other test uses: Redis keeps the counts of the last minute. */
const newAddress = (): string => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;

async function send(index: number, address: string, query = '{ items(first: 1) { name } }'): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json',
    'x-forwarded-for': address,
  };
  const response = await fetch(gateways[index % 2]!.url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  await response.text();
  return response;
}
const sendMany = (count: number, address: string, query?: (index: number) => string): Promise<Response[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => send(index, address, query?.(index))));
const accepted = (responses: readonly Response[]): number => responses.filter(({ status }) => status === 200).length;

describe('rates in Redis', () => {
  it('are those of all processes: no more concurrent requests than the limit are accepted', async () => {
    const address = newAddress();
    expect(accepted(await sendMany(50, address))).toBe(20);
    const refused = await send(0, address);
    expect(refused.headers.get('ratelimit')).toMatch(/^"requests";r=0;t=\d+$/);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(accepted(await sendMany(2, newAddress()))).toBe(2);
  });

  it('count the cost of what is executed, and not of what is refused', async () => {
    const address = newAddress();
    const items = (first: number) => `{ items(first: ${first}) { name } }`;
    expect((await send(0, address, items(70))).status).toBe(200);
    expect((await send(1, address, items(31))).status).toBe(429);
    const last = await send(1, address, items(30));
    expect([last.status, last.headers.get('ratelimit')]).toEqual([200, expect.stringContaining('"cost";r=0;t=')]);
  });

  it('count new operations', async () => {
    const address = newAddress();
    expect(
      accepted(await sendMany(20, address, (index) => `query Q${index}_${address.replaceAll('.', '_')} { items(first: 1) { name } }`)),
    ).toBe(15);
  });

  it.each(['refuse', 'stall'] as const)(
    'are counted in memory while Redis fails (%s), which is logged, and shared again afterwards',
    async (fault) => {
      await proxy.use(fault);
      const address = newAddress();
      // Each process has a count of its own.
      expect(accepted(await sendMany(80, address))).toBe(40);
      const outages = () => gateways.map(({ server }) => server.output().split('Redis does not respond').length);
      const began = outages();
      expect(Math.min(...began)).toBeGreaterThan(1);
      await sendMany(10, newAddress());
      expect(outages()).toEqual(began);
      await proxy.use('pass');
      const recoveries = () => gateways.map(({ server }) => server.output().split('Redis responds again').length);
      await eventually(async () => {
        await sendMany(2, newAddress());
        expect(recoveries()).toEqual(began);
      });
      expect(accepted(await sendMany(50, newAddress()))).toBe(20);
    },
  );
});
