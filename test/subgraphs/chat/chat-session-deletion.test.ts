import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/chat.js';
import { aMember } from '../../kit/viewers.js';
import { createFile, createResult, createSession, mutate, runChat, startTurn, type RunningChat } from './arrange.js';

let chat: RunningChat;
beforeAll(async () => void (chat = await runChat()));
afterAll(() => chat.close());

describe('deleting a chat session', () => {
  const DELETED = 'deleted { id turnCount resultCount deletedFileCount keptFileCount }';

  /** A session of two turns, two files and three results, with a second session that has a file of the same content. */
  const arrange = async (viewer: Viewer) => {
    const id = await createSession(chat, viewer, { isShared: true });
    const turnId = await startTurn(chat, viewer, id);
    await startTurn(chat, viewer, id);
    const fileId = await createFile(chat, viewer, id, { text: 'shared content' });
    const otherFileId = await createFile(chat, viewer, id, { text: 'content of its own' });
    for (const links of [{}, { fileId }, { turnId }]) await createResult(chat, viewer, id, links);
    const sessionId = await createSession(chat, viewer);
    const keptId = await createFile(chat, viewer, sessionId, { text: 'shared content' });
    await mutate(chat, viewer, 'chatSessionStar', { id }, 'chatSession { id }');
    return { id, fileIds: [fileId, otherFileId], keptId };
  };
  const left = async ({ organizationId: orgId }: Viewer) => ({
    sessions: await chat.database.chatSession.count({ where: { orgId } }),
    stars: await chat.database.chatSessionStar.count({ where: { orgId } }),
    turns: await chat.database.chatTurn.count({ where: { orgId } }),
    files: await chat.database.chatFile.count({ where: { orgId } }),
    results: await chat.database.analysisResult.count({ where: { orgId } }),
    contents: await chat.database.storedContent.count({ where: { orgId } }),
  });

  it('deletes its turns, results, and files, returns their numbers, and keeps the content of other files', async () => {
    const viewer = aMember();
    const { id, fileIds, keptId } = await arrange(viewer);
    const payload = await mutate(chat, viewer, 'chatSessionDelete', { id, files: 'DELETE_EXCLUSIVE' }, DELETED);
    expect(payload).toEqual({ deleted: { id, turnCount: 2, resultCount: 3, deletedFileCount: 2, keptFileCount: 0 }, userErrors: [] });
    expect(await left(viewer)).toEqual({ sessions: 1, stars: 0, turns: 0, files: 1, results: 0, contents: 1 });
    const { data } = await chat.execute(
      viewer,
      graphql(`
        query ($gone: ID!, $kept: ID!) {
          gone: chatFile(id: $gone) {
            id
          }
          kept: chatFile(id: $kept) {
            id
          }
        }
      `),
      { gone: fileIds[0], kept: keptId },
    );
    expect(data).toEqual({ gone: null, kept: { id: keptId } });
    const again = await mutate(chat, viewer, 'chatSessionDelete', { id, files: 'DELETE_EXCLUSIVE' }, DELETED);
    expect(again).toMatchObject({ deleted: null, userErrors: [{ code: 'NOT_FOUND', field: ['input', 'id'] }] });
  });

  it('keeps its files with files: KEEP, readable by their uploaders only', async () => {
    const viewer = aMember();
    const colleague = aMember(viewer.organizationId);
    const { id, fileIds } = await arrange(viewer);
    const theirs = await createFile(chat, colleague, id, { filename: 'theirs.csv' });
    const payload = await mutate(chat, colleague, 'chatSessionDelete', { id, files: 'KEEP' }, DELETED);
    expect(payload).toEqual({ deleted: { id, turnCount: 2, resultCount: 3, deletedFileCount: 0, keptFileCount: 3 }, userErrors: [] });
    expect(await left(viewer)).toEqual({ sessions: 1, stars: 0, turns: 0, files: 4, results: 0, contents: 3 });
    const read = async (member: Viewer) => {
      const query = graphql(`
        query ($one: ID!, $two: ID!) {
          one: chatFile(id: $one) {
            filename
            session {
              id
            }
            results {
              totalCount
            }
          }
          two: chatFile(id: $two) {
            filename
          }
          chatFiles(filter: { hasSession: false }) {
            totalCount
          }
        }
      `);
      return (await chat.execute(member, query, { one: fileIds[0], two: theirs })).data;
    };
    expect(await read(viewer)).toEqual({
      one: { filename: 'sales.csv', session: null, results: { totalCount: 0 } },
      two: null,
      chatFiles: { totalCount: 2 },
    });
    expect(await read(colleague)).toEqual({ one: null, two: { filename: 'theirs.csv' }, chatFiles: { totalCount: 1 } });
    expect(await mutate(chat, colleague, 'chatFileDelete', { id: fileIds[0]! }, 'deletedId')).toMatchObject({
      deletedId: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    });
    expect(await mutate(chat, viewer, 'chatFileDelete', { id: fileIds[0]! }, 'deletedId')).toEqual({
      deletedId: fileIds[0],
      userErrors: [],
    });
  });

  it.each([
    ['a malformed id', '1', 'INVALID'],
    ['an unknown id', uuidv7(), 'NOT_FOUND'],
  ])('is refused for %s', async (_, id, code) => {
    const payload = await mutate(chat, aMember(), 'chatSessionDelete', { id, files: 'KEEP' }, DELETED);
    expect(payload).toMatchObject({ deleted: null, userErrors: [{ code, field: ['input', 'id'] }] });
  });
});
