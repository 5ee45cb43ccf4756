import { testPostgresUrl } from '../kit/config.js';
import { eventually } from '../kit/eventually.js';
import { runGraph, type NewOrganization, type RunningGraph } from '../kit/graph.js';
import { secondConnection, type SecondConnection } from '../kit/second-connection.js';

const READ = '{ collections { nodes { id } totalCount } }';
const CREATE = 'mutation { collectionCreate(input: { name: "new", idempotencyKey: "once" }) { collection { id } userErrors { code } } }';
/** The longest time that a statement may run on after its client has disconnected, in milliseconds. */
const LIMIT_MS = 200;

(testPostgresUrl() ? describe : describe.skip)('a request through the gateway whose statement waits for a lock', () => {
  let graph: RunningGraph;
  let organization: NewOrganization;
  let second: SecondConnection;
  beforeAll(async () => {
    graph = await runGraph({ subgraphTimeoutMs: 3000 });
    organization = await graph.createOrganization();
    second = await secondConnection(graph.subgraphs.documents);
    await send(READ);
  });
  beforeEach(() => second.query('BEGIN; LOCK TABLE collections IN ACCESS EXCLUSIVE MODE'));
  afterEach(() => second.query('ROLLBACK'));
  afterAll(async () => {
    await second.close();
    await graph.close();
  });

  const send = async (query: string, signal?: AbortSignal) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${organization.apiKeyToken}` };
    const response = await fetch(graph.url, { method: 'POST', headers, body: JSON.stringify({ query }), signal });
    return (await response.json()) as { data: unknown; errors: { message: string; extensions: { code: string } }[] };
  };
  const untilIdle = () => eventually(async () => expect(await second.activity()).toEqual({ waiting: 0, open: 0 }));

  it('is cancelled in the database when the client disconnects from the gateway', async () => {
    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      const client = new AbortController();
      const answer = send(READ, client.signal).catch((error: unknown) => error);
      await eventually(async () => expect((await second.activity()).waiting).toBe(2));
      const leftAt = performance.now();
      client.abort();
      await untilIdle();
      times.push(performance.now() - leftAt);
      expect(await answer).toMatchObject({ name: 'AbortError' });
    }
    expect(Math.min(...times)).toBeLessThan(LIMIT_MS);
  });

  it('has the code TIMEOUT after the time of a subgraph request, and a mutation is rolled back', async () => {
    const query = await send(READ);
    expect(query.errors.map(({ extensions }) => extensions.code)).toEqual(['TIMEOUT']);
    const mutation = await send(CREATE);
    expect(mutation.errors).toMatchObject([{ extensions: { code: 'TIMEOUT' }, message: expect.stringContaining('Nothing was changed.') }]);
    await untilIdle();
    await second.query('ROLLBACK');
    expect((await second.query('SELECT name FROM collections')).rows).toEqual([]);
    expect(await send(CREATE)).toMatchObject({ data: { collectionCreate: { userErrors: [] } } });
    expect((await second.query('SELECT name FROM collections')).rows).toEqual([{ name: 'new' }]);
  });
});
