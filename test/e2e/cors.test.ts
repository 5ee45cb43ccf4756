import { STUDIO_ORIGIN } from '../../gateway/http/cors.js';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, type OpenGateway } from '../kit/gateway.js';

const UI = 'https://ui.example';
let graph: ServedSubgraphs;
let gateway: OpenGateway;
beforeAll(async () => {
  graph = await serveSubgraphs({ planets: { typeDefs: 'type Query { planet: String }', resolvers: { Query: { planet: () => 'Venus' } } } });
  gateway = await openGateway(graph.supergraph, { corsOrigins: [STUDIO_ORIGIN, UI] });
});
afterAll(async () => {
  await gateway.close();
  await graph.close();
});

describe('a page of another origin', () => {
  it.each([STUDIO_ORIGIN, UI])('at %s may send operations and read the headers of the response', async (origin) => {
    const preflight = await fetch(gateway.url, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,authorization' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { origin, 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
      body: '{"query":"{ planet }"}',
    });
    expect(await response.json()).toEqual({ data: { planet: 'Venus' } });
    const exposed = response.headers.get('access-control-expose-headers')!.toLowerCase().split(', ');
    const own = [...response.headers.keys()].filter((name) => /^(graphql-|ratelimit|retry-after|x-request-id|traceparent)/.test(name));
    expect(own).toEqual(expect.arrayContaining(['graphql-cost', 'x-request-id']));
    expect(exposed).toEqual(expect.arrayContaining([...own, 'ratelimit', 'ratelimit-policy', 'retry-after']));
    expect(response.headers.get('vary')).toBe('Origin, Accept-Encoding');
  });

  it('may not if its origin is not listed', async () => {
    const response = await fetch(`${gateway.url}?query={planet}`, {
      headers: { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
    });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });
});
