import { v7 as uuidv7 } from 'uuid';
import { openDatabase } from '../../../../subgraphs/shared/database/database.js';
import { documents } from '../../../../subgraphs/documents/subgraph.js';
import { testPostgresUrl } from '../../../kit/config.js';
import { eventually } from '../../../kit/eventually.js';
import { secondConnection, type SecondConnection } from '../../../kit/second-connection.js';
import { runSubgraph, type RunningSubgraph } from '../../../kit/subgraph.js';
import { aMember } from '../../../kit/viewers.js';
import { createCollection } from '../../documents/arrange.js';
import { executeWithin, type Answer } from './arrange.js';

interface Socket {
  stream: { destroy(): void };
}

const READ = '{ collections { nodes { id } totalCount } }';
const CREATE =
  'mutation ($input: CollectionCreateInput!) { collectionCreate(input: $input) { collection { id name } userErrors { code } } }';
const UPDATE = 'mutation ($input: CollectionUpdateInput!) { collectionUpdate(input: $input) { collection { id } userErrors { code } } }';
/** The largest number of connections of a subgraph. */
const POOL_SIZE = 10;
/** The longest time that a statement may run on after the end of its request, in milliseconds. */
const LIMIT_MS = 200;

(testPostgresUrl() ? describe : describe.skip)('a statement on PostgreSQL', () => {
  let subgraph: RunningSubgraph;
  let second: SecondConnection;
  beforeAll(async () => {
    subgraph = await runSubgraph(documents(), { works: false });
    second = await secondConnection(subgraph);
  });
  afterAll(async () => {
    await second.close();
    await subgraph.close();
  });
  afterEach(async () => void (await second.query('ROLLBACK')));

  const lock = () => second.query('BEGIN; LOCK TABLE collections IN ACCESS EXCLUSIVE MODE');
  const untilWaiting = (count = 1) => eventually(async () => expect((await second.activity()).waiting).toBe(count));
  const untilIdle = () => eventually(async () => expect(await second.activity()).toEqual({ waiting: 0, open: 0 }));

  /** Ends requests that wait for a lock, three times, and returns the shortest time in milliseconds until PostgreSQL was idle again. */
  async function shortestEnd(begin: () => Promise<() => void>): Promise<number> {
    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      await lock();
      const end = await begin();
      const endedAt = performance.now();
      end();
      await untilIdle();
      times.push(performance.now() - endedAt);
      await second.query('ROLLBACK');
    }
    return Math.min(...times);
  }

  it('is cancelled when the client disconnects', async () => {
    const ms = await shortestEnd(async () => {
      const client = new AbortController();
      const answer = executeWithin(subgraph, aMember(), 60_000, READ, { signal: client.signal });
      void answer.catch(() => undefined);
      await untilWaiting(2);
      return () => client.abort();
    });
    expect(ms).toBeLessThan(LIMIT_MS);
  });

  it('is cancelled when the time is over, and the response has the other fields', async () => {
    await lock();
    const query = '{ documents { totalCount } collections { totalCount } }';
    const { data, errors } = await executeWithin(subgraph, aMember(), 1000, query);
    expect(data).toEqual({ documents: { totalCount: 0 }, collections: { totalCount: null } });
    expect(errors).toMatchObject([{ path: ['collections', 'totalCount'], extensions: { code: 'TIMEOUT' } }]);
    expect(errors![0]!.message).toMatch(/^The request took longer than 900 ms\. Request less at once, or try again\.$/);
    await untilIdle();
  });

  it('ends within 200 ms after the time is over', async () => {
    const ms = await shortestEnd(async () => {
      const answer = executeWithin(subgraph, aMember(), 1000, READ);
      await untilWaiting(2);
      await answer;
      return () => undefined;
    });
    expect(ms).toBeLessThan(LIMIT_MS);
  });

  it('does not wait for a connection after its request has ended, and the connections can be used again', async () => {
    await lock();
    const client = new AbortController();
    const requests = Array.from({ length: POOL_SIZE }, () => executeWithin(subgraph, aMember(), 60_000, READ, { signal: client.signal }));
    for (const request of requests) void request.catch(() => undefined);
    await untilWaiting(POOL_SIZE);
    const { errors } = await executeWithin(subgraph, aMember(), 300, '{ documents { totalCount } }');
    expect(errors).toMatchObject([{ extensions: { code: 'TIMEOUT' } }]);
    client.abort();
    await untilIdle();
    const answers = Array.from({ length: 3 * POOL_SIZE }, () => executeWithin(subgraph, aMember(), 60_000, '{ documents { totalCount } }'));
    for (const answer of await Promise.all(answers)) expect(answer).toEqual({ data: { documents: { totalCount: 0 } } });
  });

  it('of a mutation is rolled back with all others of its transaction', async () => {
    const viewer = aMember();
    const input = { name: 'locked', idempotencyKey: uuidv7() };
    await lock();
    const { data, errors } = await executeWithin(subgraph, viewer, 1000, CREATE, { variables: { input } });
    expect(data).toEqual({ collectionCreate: null });
    expect(errors).toMatchObject([{ path: ['collectionCreate'], extensions: { code: 'TIMEOUT' } }]);
    expect(errors![0]!.message).toContain('Nothing was changed.');
    await untilIdle();
    await second.query('ROLLBACK');
    for (const table of ['collections', 'idempotency_keys']) {
      const { rows } = await second.query(`SELECT FROM ${table} WHERE org_id = '${viewer.organizationId}'`);
      expect(rows).toEqual([]);
    }
    expect((await executeWithin(subgraph, viewer, 60_000, CREATE, { variables: { input } })).data).toMatchObject({
      collectionCreate: { collection: { name: 'locked' }, userErrors: [] },
    });
  });

  it('of a mutation is rolled back if the client disconnects', async () => {
    const viewer = aMember();
    const id = await createCollection(subgraph, viewer, 'before');
    await second.query(`BEGIN; SELECT FROM collections WHERE id = '${id}' FOR UPDATE`);
    const client = new AbortController();
    const variables = { input: { id, name: 'after' } };
    const updating = executeWithin(subgraph, viewer, 60_000, UPDATE, { variables, signal: client.signal });
    await untilWaiting();
    client.abort();
    await expect(updating).rejects.toThrow();
    await eventually(async () => expect((await second.activity()).open).toBe(0));
    await second.query('COMMIT');
    expect((await second.query(`SELECT name FROM collections WHERE id = '${id}'`)).rows).toEqual([{ name: 'before' }]);
  });

  it('of a field of Mutation says that the change was saved if only reading the result took too long', async () => {
    const viewer = aMember();
    const id = await createCollection(subgraph, viewer);
    await second.query('BEGIN; LOCK TABLE documents IN ACCESS EXCLUSIVE MODE');
    const query = `mutation ($input: CollectionUpdateInput!) {
      collectionUpdate(input: $input) { collection { name documents { totalCount } } } }`;
    const { data, errors } = await executeWithin(subgraph, viewer, 1000, query, { variables: { input: { id, name: 'renamed' } } });
    expect(data).toMatchObject({ collectionUpdate: { collection: { name: 'renamed' } } });
    expect(errors).toMatchObject([{ message: expect.stringContaining('The change was saved'), extensions: { code: 'TIMEOUT' } }]);
  });

  it('of a first mutation is not reported for a second one that changed nothing', async () => {
    const viewer = aMember();
    const id = await createCollection(subgraph, viewer, 'locked');
    await second.query(`BEGIN; SELECT FROM collections WHERE id = '${id}' FOR UPDATE`);
    const query = `mutation ($id: ID!) {
      first: collectionCreate(input: { name: "new" }) { collection { name } }
      second: collectionUpdate(input: { id: $id, name: "changed" }) { collection { name } } }`;
    const { data, errors } = (await executeWithin(subgraph, viewer, 1000, query, { variables: { id } })) as Answer;
    expect(data).toEqual({ first: { collection: { name: 'new' } }, second: null });
    expect(errors).toMatchObject([{ path: ['second'], message: expect.stringContaining('Nothing was changed.') }]);
  });

  it('ends when the connection of its process is lost without a cancel request, as when the process is killed', async () => {
    await lock();
    const url = Object.assign(new URL(testPostgresUrl()!), { pathname: `/${await second.database()}` }).toString();
    const killed = await openDatabase({ url });
    const connection = await killed.adapter.connect();
    const statement = connection.queryRaw({ sql: 'SELECT count(*) FROM collections', args: [], argTypes: [] });
    await untilWaiting();
    const { connection: socket } = (
      connection as unknown as { underlyingDriver(): { _clients: { connection: Socket }[] } }
    ).underlyingDriver()._clients[0]!;
    socket.stream.destroy();
    await expect(statement).rejects.toThrow();
    await untilIdle();
    await killed.close();
  });
});
