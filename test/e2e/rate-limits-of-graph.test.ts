import { DEFAULT_LIMITS } from '../../gateway/guards/limits.js';
import { parseNetwork } from '../../gateway/identity/client-address.js';
import { graphql, type Query } from '../kit/documents/api.js';
import type { GraphQLResponse } from '../kit/documents/response.js';
import { runGraph, type RunningGraph } from '../kit/graph.js';

let graph: RunningGraph;
beforeAll(
  async () =>
    void (graph = await runGraph({ limits: { ...DEFAULT_LIMITS, costPerMinute: 1000 }, trustedProxies: [parseNetwork('127.0.0.0/8')!] })),
);
afterAll(() => graph.close());

describe('the rate limit of the viewer', () => {
  it('is the state after this operation, and equals that of the headers', async () => {
    const { apiKeyToken: apiKey } = await graph.createOrganization();
    const query = graphql(`
      {
        viewer {
          id
          rateLimit {
            limit
            remaining
            resetAt
            cost
          }
        }
        datasets(first: 20) {
          nodes {
            id
          }
        }
      }
    `);
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` };
    const send = () => fetch(graph.url, { method: 'POST', headers, body: JSON.stringify({ query }) });
    const began = Date.now();
    for (const remaining of [979, 958]) {
      const response = await send();
      const { data, errors } = (await response.json()) as GraphQLResponse<Query>;
      expect(errors).toBeUndefined();
      expect(data.viewer.rateLimit).toEqual({ limit: 1000, remaining, resetAt: expect.stringMatching(/^\d{4}-.*Z$/), cost: 21 });
      expect(response.headers.get('ratelimit')).toContain(`"cost";r=${remaining};t=`);
      expect(response.headers.get('graphql-cost')).toBe('21');
      const resetIn = Date.parse(data.viewer.rateLimit.resetAt) - began;
      expect(resetIn).toBeGreaterThan(50_000);
      expect(resetIn).toBeLessThan(90_000);
    }
  });

  it('is right for each of concurrent requests with the same text', async () => {
    const { apiKeyToken: apiKey } = await graph.createOrganization();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        graph.execute(
          apiKey,
          graphql(`
            {
              viewer {
                rateLimit {
                  remaining
                  cost
                }
              }
            }
          `),
        ),
      ),
    );
    for (const { data } of answers) {
      expect(data.viewer.rateLimit.cost).toBe(1);
      expect(data.viewer.rateLimit.remaining).toBeGreaterThanOrEqual(990);
    }
    expect(Math.min(...answers.map(({ data }) => data.viewer.rateLimit.remaining))).toBe(990);
  });

  it('is null for other users', async () => {
    const { apiKeyToken: apiKey, userId } = await graph.createOrganization();
    await graph.execute(
      apiKey,
      graphql(`
        mutation {
          userCreate(input: { email: "other@example.com", role: MEMBER, password: "correct horse battery" }) {
            user {
              id
            }
          }
        }
      `),
    );
    const { data, errors } = await graph.execute(
      apiKey,
      graphql(`
        {
          users {
            nodes {
              id
              rateLimit {
                limit
              }
            }
          }
        }
      `),
    );
    expect(errors).toBeUndefined();
    const limits = new Map(data.users.nodes.map(({ id, rateLimit }) => [id, rateLimit]));
    expect(limits.size).toBe(2);
    for (const [id, rateLimit] of limits) expect(rateLimit).toEqual(id === userId ? { limit: 1000 } : null);
  });
});

describe('signing in through the gateway', () => {
  it('counts each field for the address that the trusted proxy reports', async () => {
    const { slug, email, password } = await graph.createOrganization();
    const field = (alias: string, secret: string) =>
      `${alias}: sessionCreate(input: { organizationSlug: "${slug}", email: "${email}", password: "${secret}" }) { session { token } }`;
    const send = async (address: string, fields: string[]) => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
      const body = JSON.stringify({ query: `mutation { ${fields.join(' ')} }` });
      const response = await fetch(graph.url, { method: 'POST', headers, body });
      return {
        status: response.status,
        ...((await response.json()) as GraphQLResponse<Record<string, { session: object | null } | null>>),
      };
    };
    const guesses = Array.from({ length: 20 }, (_, index) => field(`a${index}`, `guess ${index}`));
    const { status, errors } = await send('198.51.100.1, 203.0.113.1', guesses);
    expect([status, errors!.length]).toEqual([200, 10]);
    expect(errors![9]).toMatchObject({
      path: ['a19'],
      extensions: { code: 'RATE_LIMITED', rateLimit: { limit: 10, remaining: 0, resetAt: expect.stringMatching(/Z$/) } },
    });
    expect((await send('203.0.113.1', [field('a', password)])).errors![0]!.extensions.code).toBe('RATE_LIMITED');
    expect((await send('203.0.113.2', [field('a', password)])).data.a!.session).not.toBeNull();
  });
});
