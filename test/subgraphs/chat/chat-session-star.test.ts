import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/chat.js';
import { aMember } from '../../kit/viewers.js';
import { createSession, mutate, runChat, type RunningChat } from './arrange.js';

let chat: RunningChat;
beforeAll(async () => void (chat = await runChat()));
afterAll(() => chat.close());

const starredTitles = async (viewer: Viewer): Promise<string[]> =>
  (await chat.execute(viewer, graphql('{ chatSessions(filter: { starred: true }) { nodes { title } } }'))).data.chatSessions.nodes.map(
    (node) => node.title,
  );

const updatedAt = async (viewer: Viewer, id: string): Promise<string> =>
  (await chat.execute(viewer, graphql('query ($id: ID!) { chatSession(id: $id) { updatedAt } }'), { id })).data.chatSession.updatedAt;

describe('starring', () => {
  it('applies to each user separately, and is idempotent', async () => {
    const viewer = aMember();
    const colleague = aMember(viewer.organizationId);
    const id = await createSession(chat, viewer, { isShared: true });
    const starred = async (member: Viewer) =>
      (await chat.execute(member, graphql('query ($id: ID!) { chatSession(id: $id) { starred } }'), { id })).data.chatSession.starred;
    const star = (mutation: 'chatSessionStar' | 'chatSessionUnstar') => mutate(chat, viewer, mutation, { id }, 'chatSession { starred }');
    expect(await Promise.all(Array.from({ length: 10 }, () => star('chatSessionStar')))).toEqual(
      Array(10).fill({ chatSession: { starred: true }, userErrors: [] }),
    );
    expect([await starred(viewer), await starred(colleague)]).toEqual([true, false]);
    expect([await starredTitles(viewer), await starredTitles(colleague)]).toEqual([['Sales'], []]);
    expect(await star('chatSessionUnstar')).toEqual({ chatSession: { starred: false }, userErrors: [] });
    expect(await star('chatSessionUnstar')).toEqual({ chatSession: { starred: false }, userErrors: [] });
    expect(await starred(viewer)).toBe(false);
  });

  it.each([
    ['a malformed id', '1', 'INVALID'],
    ['an unknown id', uuidv7(), 'NOT_FOUND'],
  ])('refuses %s', async (_, id, code) => {
    for (const mutation of ['chatSessionStar', 'chatSessionUnstar'] as const) {
      const payload = await mutate(chat, aMember(), mutation, { id }, 'chatSession { id }');
      expect([mutation, payload]).toMatchObject([mutation, { chatSession: null, userErrors: [{ code, field: ['input', 'id'] }] }]);
    }
  });

  it('does not change the session for other users', async () => {
    const viewer = aMember();
    const id = await createSession(chat, viewer);
    const before = await updatedAt(viewer, id);
    await mutate(chat, viewer, 'chatSessionStar', { id }, 'chatSession { id }');
    expect(await updatedAt(viewer, id)).toBe(before);
  });
});
