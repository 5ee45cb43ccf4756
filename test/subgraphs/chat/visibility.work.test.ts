import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql, type Mutation } from '../../kit/documents/chat.js';
import { aMember } from '../../kit/viewers.js';
import { createFile, createResult, createSession, FAR_AWAY, LONG_AGO, mutate, runChat, startTurn, type RunningChat } from './arrange.js';

let chat: RunningChat;
beforeAll(async () => void (chat = await runChat()));
afterAll(() => chat.close());

/** A session with one turn, one file and one result, and everybody's ids. */
async function arrange(owner: Viewer, input: object = {}) {
  const sessionId = await createSession(chat, owner, { title: 'canary', ...input });
  const turnId = await startTurn(chat, owner, sessionId);
  const fileId = await createFile(chat, owner, sessionId);
  const datasetId = sessionId;
  await mutate(chat, owner, 'chatFileUpdate', { id: fileId, datasetId }, 'chatFile { id }');
  const resultId = await createResult(chat, owner, sessionId, { fileId, turnId });
  return { sessionId, turnId, fileId, resultId, datasetId };
}

type Canary = Awaited<ReturnType<typeof arrange>>;

const READ = graphql(`
  query ($sessionId: ID!, $turnId: ID!, $fileId: ID!, $resultId: ID!, $of: [_Any!]!) {
    chatSession(id: $sessionId) {
      title
    }
    chatSessions {
      totalCount
      nodes {
        title
      }
    }
    archived: chatSessions(filter: { isArchived: true }) {
      totalCount
    }
    chatTurn(id: $turnId) {
      userMessage
    }
    chatFile(id: $fileId) {
      filename
    }
    chatFiles {
      totalCount
      nodes {
        filename
      }
    }
    analysisResult(id: $resultId) {
      result
    }
    _entities(representations: $of) {
      ... on ChatSession {
        title
      }
      ... on ChatTurn {
        userMessage
      }
      ... on ChatFile {
        filename
      }
      ... on AnalysisResult {
        result
      }
      ... on User {
        chatSessions {
          totalCount
          nodes {
            title
          }
        }
      }
      ... on Dataset {
        chatFiles {
          totalCount
          nodes {
            filename
          }
        }
      }
    }
  }
`);

const read = async (viewer: Viewer, canary: Canary, owner: Viewer) => {
  const of = [
    { __typename: 'ChatSession', id: canary.sessionId },
    { __typename: 'ChatTurn', id: canary.turnId },
    { __typename: 'ChatFile', id: canary.fileId },
    { __typename: 'AnalysisResult', id: canary.resultId },
    { __typename: 'User', id: owner.userId },
    { __typename: 'Dataset', id: canary.datasetId },
  ];
  const { sessionId, turnId, fileId, resultId } = canary;
  const { data, errors } = await chat.execute(viewer, READ, { sessionId, turnId, fileId, resultId, of });
  expect(errors).toBeUndefined();
  return data;
};

const EMPTY = { totalCount: 0, nodes: [] };
const NOTHING = {
  chatSession: null,
  chatSessions: EMPTY,
  archived: { totalCount: 0 },
  chatTurn: null,
  chatFile: null,
  chatFiles: EMPTY,
  analysisResult: null,
  _entities: [null, null, null, null, { chatSessions: EMPTY }, { chatFiles: EMPTY }],
};

const session = { title: 'canary' };
const turn = { userMessage: 'Describe the data.' };
const file = { filename: 'sales.csv' };
const result = { result: { pearson: 0.87 } };
const EVERYTHING = {
  chatSession: session,
  chatSessions: { totalCount: 1, nodes: [session] },
  archived: { totalCount: 0 },
  chatTurn: turn,
  chatFile: file,
  chatFiles: { totalCount: 1, nodes: [file] },
  analysisResult: result,
  _entities: [
    session,
    turn,
    file,
    result,
    { chatSessions: { totalCount: 1, nodes: [session] } },
    { chatFiles: { totalCount: 1, nodes: [file] } },
  ],
};

/** Every mutation, each with the payload's field and the input that would work for whom the session exists. */
const mutations = ({ sessionId, turnId, fileId, resultId }: Canary): [keyof Mutation, string, object][] => [
  ['chatSessionUpdate', 'chatSession { id }', { id: sessionId, title: 'stolen' }],
  ['chatSessionStar', 'chatSession { id }', { id: sessionId }],
  ['chatSessionUnstar', 'chatSession { id }', { id: sessionId }],
  ['chatSessionArchive', 'chatSession { id }', { id: sessionId }],
  ['chatSessionUnarchive', 'chatSession { id }', { id: sessionId }],
  ['chatTurnStart', 'chatTurn { id }', { sessionId, userMessage: 'stolen' }],
  ['chatTurnFinish', 'chatTurn { id }', { id: turnId, outcome: 'CANCELED' }],
  ['chatTurnDelete', 'deletedId', { id: turnId }],
  ['chatFileCreate', 'chatFile { id }', { sessionId, filename: 'stolen', mimeType: 'text/csv', text: '' }],
  ['chatFileUpdate', 'chatFile { id }', { id: fileId, filename: 'stolen' }],
  ['chatFileFinish', 'chatFile { id }', { id: fileId, outcome: 'READY' }],
  ['analysisResultCreate', 'analysisResult { id }', { sessionId, analysisType: 'ML', result: {} }],
  ['analysisResultDelete', 'deletedId', { id: resultId }],
  ['chatFileDelete', 'deletedId', { id: fileId }],
  ['chatSessionDelete', 'deleted { id }', { id: sessionId, files: 'KEEP' }],
];

const rows = async ({ organizationId: orgId }: Viewer) => ({
  sessions: await chat.database.chatSession.findMany({ where: { orgId } }),
  stars: await chat.database.chatSessionStar.findMany({ where: { orgId } }),
  turns: await chat.database.chatTurn.findMany({ where: { orgId } }),
  files: await chat.database.chatFile.findMany({ where: { orgId } }),
  contents: await chat.database.storedContent.findMany({ where: { orgId } }),
  results: await chat.database.analysisResult.findMany({ where: { orgId } }),
  keys: await chat.database.idempotencyKey.findMany({ where: { orgId } }),
});

async function expectNothing(viewer: Viewer, canary: Canary, owner: Viewer) {
  expect(await read(viewer, canary, owner)).toEqual(NOTHING);
  const before = await rows(owner);
  for (const [mutation, fields, input] of mutations(canary)) {
    const field = 'sessionId' in input ? 'sessionId' : 'id';
    const { userErrors, ...payload } = await mutate(chat, viewer, mutation, { ...input }, fields);
    expect([mutation, userErrors, Object.values(payload)]).toMatchObject([
      mutation,
      [{ code: 'NOT_FOUND', field: ['input', field] }],
      [null],
    ]);
  }
  expect(await rows(owner)).toEqual(before);
}

describe('a private session', () => {
  it('is visible to its owner in every field', async () => {
    const owner = aMember();
    const canary = await arrange(owner);
    expect(await read(owner, canary, owner)).toEqual(EVERYTHING);
  });

  it('is not visible to other users of the organization, nor can they change it', async () => {
    const owner = aMember();
    await expectNothing(aMember(owner.organizationId), await arrange(owner), owner);
  });
});

describe('a shared session', () => {
  it('is visible to the whole organization, and not among the sessions of a user', async () => {
    const owner = aMember();
    const canary = await arrange(owner, { isShared: true });
    for (const member of [owner, aMember(owner.organizationId)]) {
      const data = await read(member, canary, owner);
      expect(data._entities[4]).toEqual({ chatSessions: EMPTY });
      expect({ ...data, _entities: data._entities.with(4, EVERYTHING._entities[4] as never) }).toEqual(EVERYTHING);
    }
  });

  it('can be changed by the whole organization', async () => {
    const owner = aMember();
    const colleague = aMember(owner.organizationId);
    const canary = await arrange(owner, { isShared: true });
    for (const [mutation, fields, input] of mutations(canary)) {
      expect([mutation, await mutate(chat, colleague, mutation, { ...input }, fields)]).toMatchObject([mutation, { userErrors: [] }]);
    }
  });

  it('is not visible to another organization, nor can it change it', async () => {
    const owner = aMember();
    await expectNothing(aMember(), await arrange(owner, { isShared: true }), owner);
  });
});

describe('a session that has ended', () => {
  it.each([
    ['expired', { expiresAt: new Date(LONG_AGO) }],
    ['is inactive', { isActive: false }],
  ])('and %s is visible to nobody, not even its owner', async (_, data) => {
    for (const isShared of [true, false]) {
      const owner = aMember();
      const canary = await arrange(owner, { isShared, expiresAt: FAR_AWAY });
      await chat.database.chatSession.updateMany({ where: { orgId: owner.organizationId }, data });
      await expectNothing(owner, canary, owner);
    }
  });

  it('ends at its expiresAt', async () => {
    const owner = aMember();
    const expiresAt = new Date(Date.now() + 5_000);
    const canary = await arrange(owner, { expiresAt: expiresAt.toISOString() });
    expect(await read(owner, canary, owner)).toEqual(EVERYTHING);
    await new Promise((resolve) => setTimeout(resolve, expiresAt.getTime() - Date.now()));
    expect(await read(owner, canary, owner)).toEqual(NOTHING);
  });
});

describe('entities', () => {
  it('are in the order of the representations, with null for unknown or malformed ids', async () => {
    const owner = aMember();
    const [one, two] = [await createSession(chat, owner, { title: 'one' }), await createSession(chat, owner, { title: 'two' })];
    const of = [two, owner.userId, one, 'x', two].map((id) => ({ __typename: 'ChatSession', id }));
    const { data } = await chat.execute(
      owner,
      graphql('query ($of: [_Any!]!) { _entities(representations: $of) { ... on ChatSession { title } } }'),
      {
        of,
      },
    );
    expect(data._entities).toEqual([{ title: 'two' }, null, { title: 'one' }, null, { title: 'two' }]);
  });
});

describe('a viewer', () => {
  it.each(['chatSessions { nodes { id } }', 'chatFiles { totalCount }', 'chatSession(id: "0195a000-0000-7000-8000-000000000000") { id }'])(
    'who is anonymous gets UNAUTHENTICATED for %s',
    async (field) => {
      const { errors } = await chat.execute(null, `{ ${field} }`);
      expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    },
  );

  it.each(['chatSession', 'chatTurn', 'chatFile', 'analysisResult'])('who sends %s a malformed id gets BAD_USER_INPUT', async (field) => {
    const { errors } = await chat.execute(aMember(), `{ ${field}(id: "1") { id } }`);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
