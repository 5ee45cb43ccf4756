import { v7 as uuidv7 } from 'uuid';
import { graphql } from '../../kit/documents/chat.js';
import { aMember } from '../../kit/viewers.js';
import { createFile, createResult, createSession, mutate, runChat, type RunningChat } from './arrange.js';

let chat: RunningChat;
beforeAll(async () => void (chat = await runChat()));
afterAll(() => chat.close());

const fileCount = async (viewer: ReturnType<typeof aMember>): Promise<number> =>
  (await chat.execute(viewer, graphql('{ chatFiles { totalCount } }'))).data.chatFiles.totalCount;
const contentCount = (viewer: ReturnType<typeof aMember>) => chat.database.storedContent.count({ where: { orgId: viewer.organizationId } });

describe('deleting a chat file', () => {
  it('is refused while a result refers to it', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    const id = await createFile(chat, viewer, sessionId);
    const resultId = await createResult(chat, viewer, sessionId, { fileId: id });
    expect(await mutate(chat, viewer, 'chatFileDelete', { id }, 'deletedId')).toMatchObject({
      deletedId: null,
      userErrors: [{ code: 'IN_USE', field: ['input', 'id'] }],
    });
    expect([await fileCount(viewer), await contentCount(viewer)]).toEqual([1, 1]);
    await mutate(chat, viewer, 'analysisResultDelete', { id: resultId }, 'deletedId');
    expect(await mutate(chat, viewer, 'chatFileDelete', { id }, 'deletedId')).toEqual({ deletedId: id, userErrors: [] });
    expect([await fileCount(viewer), await contentCount(viewer)]).toEqual([0, 0]);
  });

  it('deletes the content with the last file that uses it', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    const ids = [await createFile(chat, viewer, sessionId), await createFile(chat, viewer, sessionId)];
    await mutate(chat, viewer, 'chatFileDelete', { id: ids[0] }, 'deletedId');
    expect(await contentCount(viewer)).toBe(1);
    await mutate(chat, viewer, 'chatFileDelete', { id: ids[1] }, 'deletedId');
    expect(await contentCount(viewer)).toBe(0);
  });

  it('keeps the content of other files while files with the same content are created and deleted concurrently', async () => {
    const viewer = aMember();
    const sessions: string[] = [];
    for (let index = 0; index < 10; index += 1) sessions.push(await createSession(chat, viewer));
    const comeAndGo = async (sessionId: string) => {
      for (let times = 0; times < 5; times += 1) {
        const id = await createFile(chat, viewer, sessionId, { text: 'the same' });
        expect(await mutate(chat, viewer, 'chatFileDelete', { id }, 'deletedId')).toEqual({ deletedId: id, userErrors: [] });
      }
    };
    await Promise.all(sessions.map(comeAndGo));
    expect([await fileCount(viewer), await contentCount(viewer)]).toEqual([0, 0]);
  });

  it('leaves either the file with its result or neither, concurrently with linking a result to it', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    for (let times = 0; times < 5; times += 1) {
      const fileId = await createFile(chat, viewer, sessionId);
      const [deletion, creation] = await Promise.all([
        mutate(chat, viewer, 'chatFileDelete', { id: fileId }, 'deletedId'),
        mutate(
          chat,
          viewer,
          'analysisResultCreate',
          { sessionId, fileId, analysisType: 'CSV', result: {} },
          'analysisResult { file { id } }',
        ),
      ]);
      if (deletion.deletedId)
        expect(creation).toMatchObject({ analysisResult: null, userErrors: [{ code: 'NOT_FOUND', field: ['input', 'fileId'] }] });
      else expect([deletion.userErrors, creation.analysisResult]).toMatchObject([[{ code: 'IN_USE' }], { file: { id: fileId } }]);
    }
  });

  it('loses no kept file, concurrently with deleting its session', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    const add = () =>
      mutate(chat, viewer, 'chatFileCreate', { sessionId, filename: 'late.csv', mimeType: 'text/csv', text: 'a' }, 'chatFile { id }');
    const [deletion, ...additions] = await Promise.all([
      mutate(chat, viewer, 'chatSessionDelete', { id: sessionId, files: 'KEEP' }, 'deleted { keptFileCount }'),
      ...Array.from({ length: 10 }, add),
    ]);
    const kept = additions.filter(({ chatFile }) => chatFile !== null).length;
    for (const { userErrors } of additions.filter(({ chatFile }) => chatFile === null))
      expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'sessionId'] }]);
    expect(deletion.deleted).toEqual({ keptFileCount: kept });
    expect(await fileCount(viewer)).toBe(kept);
  });

  it.each([
    ['a malformed id', '1', 'INVALID'],
    ['an unknown id', uuidv7(), 'NOT_FOUND'],
  ])('refuses %s', async (_, id, code) => {
    const payload = await mutate(chat, aMember(), 'chatFileDelete', { id }, 'deletedId');
    expect(payload).toMatchObject({ deletedId: null, userErrors: [{ code, field: ['input', 'id'] }] });
  });
});
