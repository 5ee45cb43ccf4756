import { v7 as uuidv7 } from 'uuid';
import { documents } from '../../../../subgraphs/documents/subgraph.js';
import type { PrismaClient } from '../../../../subgraphs/documents/generated/prisma/client.js';
import type { Database } from '../../../../subgraphs/shared/database/database.js';
import { eventually } from '../../../kit/eventually.js';
import { runSubgraph, type RunningSubgraph } from '../../../kit/subgraph.js';
import { copyTemplate } from '../../../kit/template.js';
import { aMember } from '../../../kit/viewers.js';
import { createCollection, ingestDocument } from '../../documents/arrange.js';
import { executeWithin } from './arrange.js';
import { SlowStatement } from './slow-statement.js';

let database: Database;
let subgraph: RunningSubgraph<PrismaClient>;
const slow = new SlowStatement();
const sendAtEnd = slow.send;
beforeAll(async () => {
  database = await copyTemplate('documents');
  subgraph = await runSubgraph(documents(), { database: slow.watch(database), works: false });
});
afterEach(() => Object.assign(slow, { pattern: null, send: sendAtEnd }));
afterAll(async () => {
  await subgraph.close();
  await database.close();
});

const CREATE = `mutation ($input: CollectionCreateInput!) {
  collectionCreate(input: $input) { collection { name documents { totalCount } } userErrors { code } } }`;

const namesOf = async (orgId: string): Promise<string[]> =>
  (await subgraph.client.collection.findMany({ where: { orgId } })).map(({ name }) => name);

describe('a query whose time is over', () => {
  it('begins no further statement, and returns what it has read', async () => {
    const viewer = aMember();
    await ingestDocument(subgraph, viewer);
    slow.pattern = /FROM "documents"/;
    subgraph.statements.take();
    const query = '{ answers { totalCount } collections { nodes { id documents { nodes { chunks { nodes { id content } } } } } } }';
    const { data, errors } = await executeWithin(subgraph, viewer, 1500, query);
    expect(data).toEqual({ answers: { totalCount: 0 }, collections: null });
    expect(errors!.map(({ extensions }) => extensions.code)).toEqual(['TIMEOUT']);
    expect(subgraph.statements.take()).toHaveLength(3);
  });

  it('is answered although a statement does not end', async () => {
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    slow.pattern = /collections/;
    slow.send = async (send) => released.then(send);
    const { data, errors } = await executeWithin(subgraph, aMember(), 300, '{ collections { totalCount } }');
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ extensions: { code: 'TIMEOUT' } }]);
    release();
  });
});

describe('a mutation whose time is over', () => {
  const create = async (viewer = aMember()) => ({
    viewer,
    ...(await executeWithin(subgraph, viewer, 1000, CREATE, { variables: { input: { name: 'new', idempotencyKey: uuidv7() } } })),
  });

  it.each([
    ['in the first statement of a transaction', /INSERT INTO .*idempotency_keys/],
    ['in the last statement of a transaction', /INSERT INTO .*collections/],
  ])('%s has changed nothing and says so', async (_, pattern) => {
    slow.pattern = pattern;
    const { viewer, data, errors } = await create();
    expect(data).toEqual({ collectionCreate: null });
    expect(errors).toMatchObject([
      { message: expect.stringContaining('Nothing was changed. Try again.'), extensions: { code: 'TIMEOUT' } },
    ]);
    expect(await namesOf(viewer.organizationId)).toEqual([]);
    expect(await subgraph.client.idempotencyKey.count({ where: { orgId: viewer.organizationId } })).toBe(0);
  });

  it.each([
    ['while it is committed', /^COMMIT$/],
    ['while its result is read', /SELECT .*collections/],
  ])('%s has saved the change and says so', async (_, pattern) => {
    slow.pattern = pattern;
    const { viewer, errors } = await create();
    expect(errors).toMatchObject([{ message: expect.stringContaining('The change was saved'), extensions: { code: 'TIMEOUT' } }]);
    expect(await namesOf(viewer.organizationId)).toEqual(['new']);
  });

  it('before the database has confirmed the commit says that the change is not known', async () => {
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    slow.pattern = /^COMMIT$/;
    slow.send = async (send) => released.then(send);
    const { viewer, data, errors } = await create();
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ message: expect.stringContaining('It is not known whether'), extensions: { code: 'TIMEOUT' } }]);
    release();
    await eventually(async () => expect(await namesOf(viewer.organizationId)).toEqual(['new']));
  });

  it('whose connection to the database was lost at the commit says that the change is not known', async () => {
    slow.pattern = /^COMMIT$/;
    slow.send = async (send) => {
      await send();
      throw new Error('Connection terminated unexpectedly');
    };
    const variables = { input: { name: 'lost', idempotencyKey: uuidv7() } };
    const { errors } = await executeWithin(subgraph, aMember(), 60_000, CREATE, { variables });
    expect(errors).toMatchObject([{ message: expect.stringContaining('It is not known whether'), extensions: { code: 'UNAVAILABLE' } }]);
  });
});

describe('a request whose client has disconnected', () => {
  it('is not committed', async () => {
    const viewer = aMember();
    const client = new AbortController();
    let isEnded = false;
    slow.pattern = /INSERT INTO .*collections/;
    slow.send = async (send) => {
      client.abort();
      const result = await sendAtEnd(send);
      isEnded = true;
      return result;
    };
    const variables = { input: { name: 'gone' } };
    await expect(executeWithin(subgraph, viewer, undefined, CREATE, { variables, signal: client.signal })).rejects.toThrow();
    await eventually(() => expect(isEnded).toBe(true));
    slow.pattern = null;
    expect(await createCollection(subgraph, viewer, 'gone')).toEqual(expect.any(String)); // The name is not taken.
  });
});
