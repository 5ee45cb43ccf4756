import { chat } from '../../../subgraphs/chat/subgraph.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { createSession } from './../chat/arrange.js';

const MAX_RESPONSE_BYTES = 2000;
const TOO_LARGE = { extensions: { code: 'RESPONSE_TOO_LARGE' }, message: expect.stringContaining('larger than 2000 bytes') };

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(chat, { maxResponseBytes: MAX_RESPONSE_BYTES, works: false })));
afterAll(() => subgraph.close());

const post = async (viewer: Viewer, query: string) => {
  const body = JSON.stringify({ query });
  return (await fetch(subgraph.url, { method: 'POST', headers: subgraph.headers(viewer, body), body })).json() as Promise<unknown>;
};
const aliases = (count: number, field: string) => Array.from({ length: count }, (_, index) => `field${index}: ${field}`).join(' ');

describe('a response that is larger than the limit', () => {
  it.each([
    ['of a query', `{ chatSessions { nodes { ${aliases(100, 'id')} } } }`, 'Request fewer fields or smaller pages'],
    [
      'of a mutation',
      `mutation { chatSessionCreate(input: { title: "large" }) { chatSession { ${aliases(100, 'id')} } } }`,
      'The mutation was executed: do not repeat it',
    ],
  ])('%s is refused by the subgraph, the first time and when its operation is known', async (_, query, remedy) => {
    const viewer = aMember();
    await createSession(subgraph as never, viewer);
    for (let round = 0; round < 3; round++) {
      expect(await post(viewer, query)).toMatchObject({ data: null, errors: [TOO_LARGE] });
      expect(await post(viewer, query)).toMatchObject({ errors: [{ message: expect.stringContaining(remedy) }] });
    }
  });

  it('leaves a response of the largest size as it is', async () => {
    const responses = await Promise.all(Array.from({ length: 3 }, () => post(aMember(), `{ ${aliases(60, '__typename')} }`)));
    for (const response of responses) expect(response).toHaveProperty('data.field59', 'Query');
  });

  it('is refused as the event of a subscription', async () => {
    const viewer = aMember();
    const id = await createSession(subgraph as never, viewer);
    const events = subgraph.subscribe(viewer, `subscription { chatSessionUpdated(id: "${id}") { ${aliases(100, 'id')} } }` as never);
    expect((await events.next()).value).toMatchObject({ errors: [TOO_LARGE] });
    await events.return!();
  });
});
