import { serverAudits } from 'graphql-http';
import { runRoute } from '../unit/http/server.js';

describe('GraphQL over HTTP', () => {
  let route: Awaited<ReturnType<typeof runRoute>>;
  beforeAll(async () => (route = await runRoute()));
  afterAll(() => route.close());

  const audits = serverAudits({ url: () => route.url });

  it('passes the known number of audits', () => {
    expect(audits).toHaveLength(61);
  });

  it.each(audits.map(({ id, name, fn }) => [id, name, fn] as const))('%s: %s', async (_, __, audit) => {
    const result = await audit();
    expect({ status: result.status, reason: 'reason' in result ? result.reason : undefined }).toEqual({ status: 'ok', reason: undefined });
  });
});
