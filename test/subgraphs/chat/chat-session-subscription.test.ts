import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/chat.js';
import { aMember } from '../../kit/viewers.js';
import { createFile, createResult, createSession, mutate, runChat, startTurn, type RunningChat } from './arrange.js';

const FOLLOW = graphql(`
  subscription ($id: ID!) {
    chatSessionUpdated(id: $id) {
      title
      archivedAt
      turns {
        nodes {
          status
        }
      }
      files {
        totalCount
      }
      results {
        totalCount
      }
    }
  }
`);

let chat: RunningChat;
beforeAll(async () => void (chat = await runChat()));
afterAll(() => chat.close());

/** Follows a session and answers what asks for its next state: null when there is none any more. */
async function follow(viewer: Viewer, id: string) {
  const events = chat.subscribe(viewer, FOLLOW, { id });
  const next = async () => {
    const { done, value } = await events.next();
    return done ? null : (value.data?.chatSessionUpdated ?? value.errors);
  };
  return { next, leave: () => events.return!(), present: await next() };
}

describe('chatSessionUpdated', () => {
  it('sends the current state, and every change of the session', async () => {
    const viewer = aMember();
    const id = await createSession(chat, viewer);
    const { present, next, leave } = await follow(viewer, id);
    expect(present).toEqual({
      title: 'Sales',
      archivedAt: null,
      turns: { nodes: [] },
      files: { totalCount: 0 },
      results: { totalCount: 0 },
    });
    const turnId = await startTurn(chat, viewer, id);
    expect(await next()).toMatchObject({ turns: { nodes: [{ status: 'PENDING' }] } });
    await mutate(chat, viewer, 'chatTurnFinish', { id: turnId, outcome: 'COMPLETED', agentResponse: '42' }, 'chatTurn { id }');
    expect(await next()).toMatchObject({ turns: { nodes: [{ status: 'COMPLETED' }] } });
    await createFile(chat, viewer, id);
    expect(await next()).toMatchObject({ files: { totalCount: 1 } });
    await createResult(chat, viewer, id);
    expect(await next()).toMatchObject({ results: { totalCount: 1 } });
    await mutate(chat, viewer, 'chatSessionUpdate', { id, title: 'Sales of 2026' }, 'chatSession { id }');
    expect(await next()).toMatchObject({ title: 'Sales of 2026' });
    await mutate(chat, viewer, 'chatSessionArchive', { id }, 'chatSession { id }');
    expect(await next()).toMatchObject({ archivedAt: expect.any(String) });
    await leave();
  });

  it('ends when the session is deleted', async () => {
    const viewer = aMember();
    const id = await createSession(chat, viewer);
    await startTurn(chat, viewer, id);
    const { next } = await follow(viewer, id);
    await mutate(chat, viewer, 'chatSessionDelete', { id, files: 'KEEP' }, 'deleted { id }');
    expect(await next()).toBeNull();
  });

  it('ends when the session is closed', async () => {
    const viewer = aMember();
    const id = await createSession(chat, viewer);
    const { next } = await follow(viewer, id);
    await chat.database.chatSession.updateMany({ where: { id }, data: { isActive: false } });
    expect(await next()).toBeNull();
  });

  it('ends when the session expires', async () => {
    const viewer = aMember();
    const id = await createSession(chat, viewer);
    const { next } = await follow(viewer, id);
    await chat.database.chatSession.updateMany({ where: { id }, data: { expiresAt: new Date(Date.now() + 300) } });
    const states: unknown[] = [];
    for (let state = await next(); state !== null; state = await next()) states.push(state);
    expect(states.length).toBeLessThanOrEqual(1); // The change of its expiry, where it is read in time.
    expect(await chat.database.chatSession.count({ where: { id } })).toBe(1);
  });

  it('sends events of a shared session to the whole organization, and of a private one to its owner only', async () => {
    const owner = aMember();
    const [colleague, stranger] = [aMember(owner.organizationId), aMember()];
    const [own, shared] = [await createSession(chat, owner), await createSession(chat, owner, { isShared: true })];
    const { next, leave } = await follow(colleague, shared);
    await startTurn(chat, owner, shared);
    expect(await next()).toMatchObject({ turns: { nodes: [{ status: 'PENDING' }] } });
    await leave();
    for (const [viewer, id] of [
      [colleague, own],
      [stranger, own],
      [stranger, shared],
    ] as const) {
      expect((await follow(viewer, id)).present).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    }
  });
});
