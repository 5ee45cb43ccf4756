import { issueApiKey } from '../../../subgraphs/serving/organization/issue-api-key.unscoped.store.js';
import { createTeam, createUser, runServing, secrets, type Serving } from './identity.arrange.js';
import { graphql } from '../../kit/documents/serving.js';

let subgraph: Serving;
beforeAll(async () => void (subgraph = await runServing()));
afterAll(() => subgraph.close());

const KEYS = graphql(`
  {
    apiKeys(orderBy: { field: CREATED_AT, direction: ASC }) {
      nodes {
        scopes
        lastFour
        isActive
        user {
          id
        }
      }
    }
  }
`);

describe('issuing an API key to an administrator', () => {
  it('creates another key in that organization only', async () => {
    const [team, other] = [await createTeam(subgraph), await createTeam(subgraph)];
    const token = await issueApiKey(subgraph.client, secrets, { slug: team.slug, adminEmail: team.email });
    expect(token).not.toBe(team.apiKeyToken);
    const { data } = await subgraph.execute(team.admin, KEYS);
    const key = { scopes: ['READ', 'WRITE'], isActive: true, user: { id: team.userId } };
    expect(data.apiKeys.nodes).toEqual([team.apiKeyToken, token!].map((issued) => ({ ...key, lastFour: issued.slice(-4) })));
    expect((await subgraph.execute(other.admin, KEYS)).data.apiKeys.nodes).toHaveLength(1);
  });

  it('is refused for an unknown organization, an unknown email, a member, and a deactivated administrator', async () => {
    const team = await createTeam(subgraph);
    await createUser(subgraph, team, { email: 'member@example.com' });
    const gone = await createUser(subgraph, team, { email: 'gone@example.com', role: 'ADMIN' });
    await subgraph.client.user.updateMany({ where: { id: gone.userId }, data: { isActive: false } });
    const before = await subgraph.client.apiKey.count();
    for (const [slug, adminEmail] of [
      ['nobody', team.email],
      [team.slug, 'nobody@example.com'],
      [team.slug, 'member@example.com'],
      [team.slug, 'gone@example.com'],
    ] as const)
      expect(await issueApiKey(subgraph.client, secrets, { slug, adminEmail })).toBeNull();
    expect(await subgraph.client.apiKey.count()).toBe(before);
  });
});
