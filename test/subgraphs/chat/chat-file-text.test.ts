import { graphql } from '../../kit/documents/chat.js';
import { aMember } from '../../kit/viewers.js';
import { createFile, createSession, mutate, runChat, type RunningChat } from './arrange.js';

let chat: RunningChat;
beforeAll(async () => void (chat = await runChat()));
afterAll(() => chat.close());

const TEXT = graphql('query ($id: ID!) { chatFile(id: $id) { text } }');
const PAGE = graphql(`
  {
    chatFiles(first: 100, orderBy: { field: FILENAME, direction: ASC }) {
      nodes {
        filename
        text
      }
    }
  }
`);

describe('the text of a chat file', () => {
  it.each([
    ['letters of every language', 'name,mass\nZoë,1\n雪,🐧\n'],
    ['nothing', ''],
    ['a byte order mark', '\uFEFFa,b'],
    ['a zero character', 'a\u0000b'],
    ['line ends of Windows', 'a\r\nb\r\n'],
  ])('equals the stored text: %s', async (_, text) => {
    const viewer = aMember();
    const id = await createFile(chat, viewer, await createSession(chat, viewer), { text });
    expect((await chat.execute(viewer, TEXT, { id })).data).toEqual({ chatFile: { text } });
  });

  it('is returned by the mutation that stores it, and is kept after its session was deleted', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    const input = { sessionId, filename: 'a.csv', mimeType: 'text/csv', text: 'a' };
    const { chatFile } = await mutate(chat, viewer, 'chatFileCreate', input, 'chatFile { id text }');
    expect(chatFile.text).toBe('a');
    await mutate(chat, viewer, 'chatSessionDelete', { id: sessionId, files: 'KEEP' }, 'deleted { id }');
    expect((await chat.execute(viewer, TEXT, { id: chatFile.id })).data).toEqual({ chatFile: { text: 'a' } });
  });

  it('is null if the bytes are not UTF-8', async () => {
    const viewer = aMember();
    const id = await createFile(chat, viewer, await createSession(chat, viewer));
    const bytes = Uint8Array.from([0x50, 0x4b, 0xff, 0xfe]);
    await chat.database.storedContent.updateMany({ where: { orgId: viewer.organizationId }, data: { bytes } });
    expect(await chat.execute(viewer, TEXT, { id })).toEqual({ data: { chatFile: { text: null } } });
  });

  it('is read only if it is selected, in one statement for many files', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    for (let index = 0; index < 30; index += 1)
      await createFile(chat, viewer, sessionId, { filename: `${10 + index}`, text: `t${index % 7}` });
    chat.statements.take();
    const { data } = await chat.execute(viewer, PAGE);
    expect(data.chatFiles.nodes).toEqual(Array.from({ length: 30 }, (_, index) => ({ filename: `${10 + index}`, text: `t${index % 7}` })));
    expect(chat.statements.take()).toHaveLength(2);
    await chat.execute(viewer, PAGE.replace('text', 'byteSize'));
    const [statement, ...others] = chat.statements.take();
    expect([others, statement]).toEqual([[], expect.not.stringContaining('stored_contents')]);
  });

  it('is visible only to viewers of the file, also if another of their files has the same content', async () => {
    const owner = aMember();
    const colleague = aMember(owner.organizationId);
    const id = await createFile(chat, owner, await createSession(chat, owner), { filename: 'secret', text: 'same' });
    await createFile(chat, colleague, await createSession(chat, colleague), { filename: 'own', text: 'same' });
    const query = graphql('query ($of: [_Any!]!) { _entities(representations: $of) { ... on ChatFile { text } } }');
    const of = [{ __typename: 'ChatFile', id }];
    expect((await chat.execute(owner, query, { of })).data._entities).toEqual([{ text: 'same' }]);
    for (const other of [colleague, aMember()]) {
      expect((await chat.execute(other, query, { of })).data._entities).toEqual([null]);
      expect((await chat.execute(other, TEXT, { id })).data).toEqual({ chatFile: null });
    }
    expect((await chat.execute(colleague, PAGE)).data.chatFiles.nodes).toEqual([{ filename: 'own', text: 'same' }]);
  });
});
