import { DEFAULT_LIMITS } from '../../gateway/guards/limits.js';
import { graphql, type Query } from '../kit/documents/api.js';
import type { GraphQLResponse } from '../kit/documents/response.js';
import { runGraph, type RunningGraph } from '../kit/graph.js';

let graph: RunningGraph;
beforeAll(async () => void (graph = await runGraph({ limits: { ...DEFAULT_LIMITS, costPerMinute: 1000 } })));
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
