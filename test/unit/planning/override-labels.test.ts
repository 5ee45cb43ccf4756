import type { FederationGatewayOptions } from '../../../gateway/execution/federation-gateway.js';
import { readGatewayConfig } from '../../../gateway/config.js';
import { createFederationGateway, serveSubgraphs, type ServedSubgraphs } from '../../kit/federation.js';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override"])';
let served: ServedSubgraphs;
beforeAll(async () => {
  served = await serveSubgraphs({
    old: {
      typeDefs: `${link} type Query { rate: String! quote: Quote } type Quote @key(fields: "id") { id: ID! price: String! tax: String! }`,
      resolvers: { Query: { rate: () => 'old', quote: () => ({ id: 1 }) }, Quote: { price: () => 'old', tax: () => 'old' } },
    },
    next: {
      typeDefs: `${link}
        type Query { rate: String! @override(from: "old", label: "rates-v2") }
        type Quote @key(fields: "id") {
          id: ID!
          price: String! @override(from: "old", label: "team/pricing:beta")
          tax: String! @override(from: "old", label: "percent(100)")
        }`,
      resolvers: { Query: { rate: () => 'new' }, Quote: { __resolveReference: () => ({ price: 'new', tax: 'new' }) } },
    },
  });
});
afterAll(() => served.close());

async function ask(options: Pick<FederationGatewayOptions<object>, 'overridePercentages' | 'isOverrideActive'>, times = 1) {
  const gateway = await createFederationGateway(served.supergraph, options);
  const data: unknown[] = [];
  for (let index = 0; index < times; index++) data.push((await gateway.execute({ query: '{ rate quote { price tax } }' })).data);
  await gateway.close();
  return data;
}
const rates = (rate: string, price: string, tax = 'new') => ({ rate, quote: { price, tax } });
const configured = (GATEWAY_OVERRIDE_LABELS: string) =>
  readGatewayConfig({ GATEWAY_AUTH: 'off', SUPERGRAPH_FILE: 'x', GATEWAY_OVERRIDE_LABELS }).overrideLabels;

describe('a custom label of a progressive override', () => {
  it('is not active by default', async () => expect(await ask({})).toEqual([rates('old', 'old')]));

  it('is active if the configuration names it', async () => {
    expect(await ask({ overridePercentages: configured('rates-v2') })).toEqual([rates('new', 'old')]);
    expect(await ask({ overridePercentages: configured('team/pricing:beta=100, rates-v2=0') })).toEqual([rates('old', 'new')]);
  });

  it('is active for a percentage of the requests', async () => {
    const data = await ask({ overridePercentages: configured('rates-v2=50') }, 200);
    const active = data.filter((one) => (one as { rate: string }).rate === 'new').length;
    expect(active).toBeGreaterThan(40);
    expect(active).toBeLessThan(160);
  });

  it('is decided for each request by a function, which is not asked about percentages', async () => {
    const asked: string[] = [];
    const isOverrideActive = (label: string) => (asked.push(label), label === 'rates-v2' ? asked.length > 2 : undefined);
    const overridePercentages = new Map([['team/pricing:beta', 100]]);
    expect(await ask({ isOverrideActive, overridePercentages }, 2)).toEqual([rates('old', 'new'), rates('new', 'new')]);
    expect(new Set(asked)).toEqual(new Set(['rates-v2', 'team/pricing:beta']));
  });

  it.each(['a b', 'beta=101', '=5', 'percent(5)'])('is refused in the configuration: %s', (labels) =>
    expect(() => configured(labels)).toThrow('GATEWAY_OVERRIDE_LABELS: '),
  );
});
