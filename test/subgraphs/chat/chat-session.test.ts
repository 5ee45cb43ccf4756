import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/chat.js';
import { aMember } from '../../kit/viewers.js';
import {
  createFile,
  createResult,
  createSession,
  FAR_AWAY,
  LONG_AGO,
  mutate,
  runChat,
  startTurn,
  readAllPages,
  type RunningChat,
} from './arrange.js';

let chat: RunningChat;
beforeAll(async () => void (chat = await runChat()));
afterAll(() => chat.close());

const FIELDS = 'title user { id } starred tags metadata isActive expiresAt archivedAt';

const titles = async (viewer: Viewer, filter: object = {}): Promise<string[]> => {
  const query = graphql(`
    query ($filter: ChatSessionFilter) {
      chatSessions(filter: $filter) {
        totalCount
        nodes {
          title
        }
      }
    }
  `);
  const { data, errors } = await chat.execute(viewer, query, { filter });
  expect(errors).toBeUndefined();
  expect(data.chatSessions.totalCount).toBe(data.chatSessions.nodes.length);
  return data.chatSessions.nodes.map((node) => node.title).sort();
};

const updatedAt = async (viewer: Viewer, id: string): Promise<string> =>
  (await chat.execute(viewer, graphql('query ($id: ID!) { chatSession(id: $id) { updatedAt } }'), { id })).data.chatSession.updatedAt;

describe('creating a chat session', () => {
  it('stores the input and makes the creator its owner', async () => {
    const viewer = aMember();
    const input = { title: 'Q4 sales', tags: ['sales', 'quarterly'], metadata: { lastActivity: 'plots' }, expiresAt: FAR_AWAY };
    const { chatSession, userErrors } = await mutate(
      chat,
      viewer,
      'chatSessionCreate',
      input,
      `chatSession { id ${FIELDS} createdAt updatedAt }`,
    );
    expect(userErrors).toEqual([]);
    expect(chatSession).toMatchObject({ ...input, user: { id: viewer.userId }, starred: false, isActive: true, archivedAt: null });
    const { data } = await chat.execute(viewer, graphql(`query ($id: ID!) { chatSession(id: $id) { id ${FIELDS} createdAt updatedAt } }`), {
      id: chatSession.id,
    });
    expect(data.chatSession).toEqual(chatSession);
  });

  it('shares it with the organization, without an owner', async () => {
    const viewer = aMember();
    const id = await createSession(chat, viewer, { isShared: true });
    for (const member of [viewer, aMember(viewer.organizationId)]) {
      const { data } = await chat.execute(
        member,
        graphql('query ($id: ID!) { chatSession(id: $id) { title user { id } tags metadata expiresAt } }'),
        {
          id,
        },
      );
      expect(data.chatSession).toEqual({ title: 'Sales', user: null, tags: [], metadata: {}, expiresAt: null });
    }
  });

  it.each([
    ['a blank title', { title: ' ' }, 'BLANK', ['input', 'title']],
    ['a long title', { title: 'x'.repeat(501) }, 'TOO_LONG', ['input', 'title']],
    ['a blank tag', { tags: ['a', ''] }, 'BLANK', ['input', 'tags', '1']],
    ['a long tag', { tags: ['x'.repeat(101)] }, 'TOO_LONG', ['input', 'tags', '0']],
    ['a tag given twice', { tags: ['a', 'b', 'a'] }, 'INVALID', ['input', 'tags', '2']],
    ['too many tags', { tags: Array.from({ length: 51 }, (_, index) => `tag ${index}`) }, 'TOO_LONG', ['input', 'tags']],
    ['metadata that is no object', { metadata: [1] }, 'INVALID', ['input', 'metadata']],
    ['an expiry in the past', { expiresAt: LONG_AGO }, 'INVALID', ['input', 'expiresAt']],
    ['a blank idempotency key', { idempotencyKey: '' }, 'BLANK', ['input', 'idempotencyKey']],
  ])('refuses %s and creates nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const payload = await mutate(chat, viewer, 'chatSessionCreate', { title: 'Sales', ...wrong }, 'chatSession { id }');
    expect(payload).toMatchObject({ chatSession: null, userErrors: [{ code, field }] });
    expect(await titles(viewer)).toEqual([]);
  });

  it('reports all user errors at once', async () => {
    const { userErrors } = await mutate(
      chat,
      aMember(),
      'chatSessionCreate',
      { title: '', tags: [''], expiresAt: LONG_AGO },
      'chatSession { id }',
    );
    expect(userErrors.map((error) => error.field.join('.'))).toEqual(['input.title', 'input.tags.0', 'input.expiresAt']);
  });

  it('returns the first session for a repeated idempotency key, and refuses a different input', async () => {
    const viewer = aMember();
    const input = { title: 'once', expiresAt: FAR_AWAY, idempotencyKey: 'k' };
    const ids = await Promise.all(Array.from({ length: 10 }, () => createSession(chat, viewer, input)));
    expect(new Set(ids).size).toBe(1);
    expect(await titles(viewer)).toEqual(['once']);
    const other = await mutate(chat, viewer, 'chatSessionCreate', { ...input, title: 'twice' }, 'chatSession { id }');
    expect(other).toMatchObject({ chatSession: null, userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }] });
  });

  it('distinguishes the idempotency keys of two users', async () => {
    const viewer = aMember();
    const colleague = aMember(viewer.organizationId);
    const input = { title: 'mine', idempotencyKey: 'k' };
    expect(await createSession(chat, colleague, input)).not.toBe(await createSession(chat, viewer, input));
  });
});

describe('changing a chat session', () => {
  it('replaces the given fields and keeps the others', async () => {
    const viewer = aMember();
    const id = await createSession(chat, viewer, { tags: ['a'], metadata: { x: 1 }, expiresAt: FAR_AWAY });
    const renamed = await mutate(chat, viewer, 'chatSessionUpdate', { id, title: 'Costs' }, `chatSession { ${FIELDS} }`);
    expect(renamed.chatSession).toMatchObject({ title: 'Costs', tags: ['a'], metadata: { x: 1 }, expiresAt: FAR_AWAY });
    const changed = await mutate(
      chat,
      viewer,
      'chatSessionUpdate',
      { id, title: null, tags: ['b', 'c'], metadata: {}, expiresAt: null },
      `chatSession { ${FIELDS} }`,
    );
    expect(changed.chatSession).toMatchObject({ title: 'Costs', tags: ['b', 'c'], metadata: {}, expiresAt: null });
  });

  it.each([
    ['a malformed id', { id: '1' }, 'INVALID', ['input', 'id']],
    ['an unknown id', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
    ['a blank title', { title: '' }, 'BLANK', ['input', 'title']],
    ['a tag given twice', { tags: ['a', 'a'] }, 'INVALID', ['input', 'tags', '1']],
    ['metadata that is no object', { metadata: 'x' }, 'INVALID', ['input', 'metadata']],
    ['an expiry in the past', { expiresAt: LONG_AGO }, 'INVALID', ['input', 'expiresAt']],
  ])('refuses %s and changes nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const id = await createSession(chat, viewer);
    const before = await updatedAt(viewer, id);
    const payload = await mutate(chat, viewer, 'chatSessionUpdate', { id, metadata: { new: true }, ...wrong }, 'chatSession { id }');
    expect(payload).toMatchObject({ chatSession: null, userErrors: [{ code, field }] });
    const { data } = await chat.execute(viewer, graphql(`query ($id: ID!) { chatSession(id: $id) { ${FIELDS} updatedAt } }`), { id });
    expect(data.chatSession).toMatchObject({ title: 'Sales', tags: [], metadata: {}, expiresAt: null, updatedAt: before });
  });

  it('sets updatedAt, as do changes of its turns, files, and results', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    let turnId = '';
    let fileId = '';
    let resultId = '';
    const times = [await updatedAt(viewer, sessionId)];
    for (const change of [
      () => mutate(chat, viewer, 'chatSessionUpdate', { id: sessionId, title: 'Costs' }, 'chatSession { id }'),
      async () => void (turnId = await startTurn(chat, viewer, sessionId)),
      async () => void (fileId = await createFile(chat, viewer, sessionId)),
      async () => void (resultId = await createResult(chat, viewer, sessionId)),
      () => mutate(chat, viewer, 'chatTurnFinish', { id: turnId, outcome: 'CANCELED' }, 'chatTurn { id }'),
      () => mutate(chat, viewer, 'chatFileFinish', { id: fileId, outcome: 'READY' }, 'chatFile { id }'),
      () => mutate(chat, viewer, 'chatFileUpdate', { id: fileId, filename: 'costs.csv' }, 'chatFile { id }'),
      () => mutate(chat, viewer, 'analysisResultDelete', { id: resultId }, 'deletedId'),
      () => mutate(chat, viewer, 'chatFileDelete', { id: fileId }, 'deletedId'),
      () => mutate(chat, viewer, 'chatTurnDelete', { id: turnId }, 'deletedId'),
    ]) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      await change();
      times.push(await updatedAt(viewer, sessionId));
    }
    expect(new Set(times).size).toBe(11);
    expect(times).toEqual([...times].sort());
  });

  it('does not set updatedAt if a finished turn or file is refused', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    const finishTurn = { id: await startTurn(chat, viewer, sessionId), outcome: 'CANCELED' };
    const finishFile = { id: await createFile(chat, viewer, sessionId), outcome: 'READY' };
    const finish = async () => [
      (await mutate(chat, viewer, 'chatTurnFinish', finishTurn, 'chatTurn { session { updatedAt } }')).chatTurn,
      (await mutate(chat, viewer, 'chatFileFinish', finishFile, 'chatFile { session { updatedAt } }')).chatFile,
    ];
    const [, file] = await finish();
    const after = await updatedAt(viewer, sessionId);
    expect(file!.session.updatedAt).toBe(after);
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(await finish()).toEqual([null, null]);
    expect(await updatedAt(viewer, sessionId)).toBe(after);
  });
});

describe('archiving a chat session', () => {
  it('removes it from lists and keeps it readable, until it is unarchived', async () => {
    const viewer = aMember();
    const id = await createSession(chat, viewer);
    await createSession(chat, viewer, { title: 'Costs' });
    const archived = await mutate(chat, viewer, 'chatSessionArchive', { id }, 'chatSession { archivedAt }');
    expect(Date.parse(archived.chatSession.archivedAt)).toBeGreaterThan(Date.now() - 60_000);
    expect(await mutate(chat, viewer, 'chatSessionArchive', { id }, 'chatSession { archivedAt }')).toEqual(archived);
    expect([await titles(viewer), await titles(viewer, { isArchived: true }), await titles(viewer, { isArchived: false })]).toEqual([
      ['Costs'],
      ['Sales'],
      ['Costs'],
    ]);
    expect((await chat.execute(viewer, graphql('query ($id: ID!) { chatSession(id: $id) { title } }'), { id })).data.chatSession).toEqual({
      title: 'Sales',
    });
    for (let times = 0; times < 2; times += 1) {
      const { chatSession } = await mutate(chat, viewer, 'chatSessionUnarchive', { id }, 'chatSession { archivedAt }');
      expect(chatSession).toEqual({ archivedAt: null });
    }
    expect(await titles(viewer)).toEqual(['Costs', 'Sales']);
  });

  it.each([
    ['a malformed id', '1', 'INVALID'],
    ['an unknown id', uuidv7(), 'NOT_FOUND'],
  ])('is refused for %s, as is unarchiving it', async (_, id, code) => {
    for (const mutation of ['chatSessionArchive', 'chatSessionUnarchive'] as const) {
      const payload = await mutate(chat, aMember(), mutation, { id }, 'chatSession { id }');
      expect([mutation, payload]).toMatchObject([mutation, { chatSession: null, userErrors: [{ code, field: ['input', 'id'] }] }]);
    }
  });
});

describe('listing chat sessions', () => {
  it.each([
    ['TITLE', ['a', 'b', 'b', 'c', 'd']],
    ['CREATED_AT', ['d', 'b', 'a', 'c', 'b']],
    ['UPDATED_AT', ['b', 'a', 'c', 'b', 'd']],
  ])('pages through all of them by %s, forward and backward, without repeating or skipping', async (field, inOrder) => {
    const viewer = aMember();
    const ids: string[] = [];
    for (const title of ['d', 'b', 'a', 'c', 'b']) ids.push(await createSession(chat, viewer, { title }));
    await new Promise((resolve) => setTimeout(resolve, 2));
    await startTurn(chat, viewer, ids[0]!);
    const query = (direction: string) => (page: string) =>
      `{ chatSessions(${page}, orderBy: { field: ${field}, direction: ${direction} }) { nodes { title }
        pageInfo { endCursor startCursor hasNextPage hasPreviousPage } } }`;
    const inPairs = (values: string[]) => [values.slice(-2), values.slice(-4, -2), values.slice(0, -4)].flat();
    expect(await readAllPages(chat, viewer, 'forward', 'title', query('ASC'))).toEqual(inOrder);
    expect(await readAllPages(chat, viewer, 'forward', 'title', query('DESC'))).toEqual([...inOrder].reverse());
    expect(await readAllPages(chat, viewer, 'backward', 'title', query('ASC'))).toEqual(inPairs(inOrder));
  });

  it('filters by star, tags, title, sharing, and time', async () => {
    const viewer = aMember();
    const id = await createSession(chat, viewer, { title: '100% mine', tags: ['ml', 'sales'] });
    await createSession(chat, viewer, { title: '100 shared', tags: ['ml'], isShared: true });
    await mutate(chat, viewer, 'chatSessionStar', { id }, 'chatSession { id }');
    expect(await titles(viewer)).toEqual(['100 shared', '100% mine']);
    expect(await titles(viewer, { starred: true })).toEqual(['100% mine']);
    expect(await titles(viewer, { starred: false })).toEqual(['100 shared']);
    expect(await titles(viewer, { tags: ['ml'] })).toEqual(['100 shared', '100% mine']);
    expect(await titles(viewer, { tags: ['sales', 'ml'] })).toEqual(['100% mine']);
    expect(await titles(viewer, { tags: ['sales', 'other'] })).toEqual([]);
    expect(await titles(viewer, { titleContains: '0% M' })).toEqual(['100% mine']);
    expect(await titles(viewer, { isShared: true })).toEqual(['100 shared']);
    expect(await titles(viewer, { isShared: false })).toEqual(['100% mine']);
    expect(await titles(viewer, { createdFrom: LONG_AGO, createdBefore: FAR_AWAY })).toHaveLength(2);
    expect(await titles(viewer, { createdBefore: LONG_AGO })).toEqual([]);
    expect(await titles(viewer, { createdFrom: FAR_AWAY })).toEqual([]);
  });

  it('refuses cursors of another query', async () => {
    const viewer = aMember();
    await createSession(chat, viewer);
    const { data } = await chat.execute(viewer, graphql('{ chatSessions { pageInfo { endCursor } } }'));
    const { errors } = await chat.execute(
      viewer,
      `{ chatSessions(after: "${data.chatSessions.pageInfo.endCursor}", filter: { starred: true }) { nodes { id } } }`,
    );
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
