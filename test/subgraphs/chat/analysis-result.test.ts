import { v7 as uuidv7 } from 'uuid';
import { graphql } from '../../kit/documents/chat.js';
import { aMember } from '../../kit/viewers.js';
import { CHART, createFile, createResult, createSession, mutate, runChat, startTurn, readAllPages, type RunningChat } from './arrange.js';

let chat: RunningChat;
beforeAll(async () => void (chat = await runChat()));
afterAll(() => chat.close());

const RESULT = graphql(`
  query ($id: ID!) {
    analysisResult(id: $id) {
      analysisType
      result
      charts
      metadata
      createdAt
      session {
        id
      }
      file {
        id
      }
      turn {
        id
      }
    }
  }
`);

describe('creating an analysis result', () => {
  it('stores the result with its charts, its file, and its turn', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    const [fileId, turnId] = [await createFile(chat, viewer, sessionId), await startTurn(chat, viewer, sessionId)];
    const found = {
      analysisType: 'ML',
      result: { clusterSizes: [2100, 2300], silhouette: 0.72 },
      charts: [CHART, { ...CHART, mark: 'bar' }],
      metadata: { executionTimeMs: 1250 },
    };
    const id = await createResult(chat, viewer, sessionId, { fileId, turnId, ...found });
    expect((await chat.execute(viewer, RESULT, { id })).data.analysisResult).toMatchObject({
      ...found,
      session: { id: sessionId },
      file: { id: fileId },
      turn: { id: turnId },
    });
  });

  it('requires neither a file nor a turn nor a chart', async () => {
    const viewer = aMember();
    const id = await createResult(chat, viewer, await createSession(chat, viewer));
    expect((await chat.execute(viewer, RESULT, { id })).data.analysisResult).toMatchObject({
      analysisType: 'STATISTICAL',
      charts: [],
      metadata: {},
      file: null,
      turn: null,
    });
  });

  it.each([
    ['a malformed session id', { sessionId: '1' }, 'INVALID', ['input', 'sessionId']],
    ['an unknown session', { sessionId: uuidv7() }, 'NOT_FOUND', ['input', 'sessionId']],
    ['a malformed file id', { fileId: '1' }, 'INVALID', ['input', 'fileId']],
    ['an unknown file', { fileId: uuidv7() }, 'NOT_FOUND', ['input', 'fileId']],
    ['a malformed turn id', { turnId: '1' }, 'INVALID', ['input', 'turnId']],
    ['an unknown turn', { turnId: uuidv7() }, 'NOT_FOUND', ['input', 'turnId']],
    ['a result that is no object', { result: [1] }, 'INVALID', ['input', 'result']],
    ['a chart that is no object', { charts: [CHART, 'chart.png'] }, 'INVALID', ['input', 'charts', '1']],
    ['a chart that is null', { charts: [CHART, [null]] }, 'INVALID', ['input', 'charts', '1']],
    ['a chart of nothing known', { charts: [{ mark: 'bar' }] }, 'INVALID', ['input', 'charts', '0']],
    [
      'a chart of another language',
      { charts: [{ $schema: 'https://vega.github.io/schema/vega/v5.json' }] },
      'INVALID',
      ['input', 'charts', '0'],
    ],
    ['metadata that is no object', { metadata: true }, 'INVALID', ['input', 'metadata']],
    ['a blank idempotency key', { idempotencyKey: '' }, 'BLANK', ['input', 'idempotencyKey']],
  ])('refuses %s and stores nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    const payload = await mutate(
      chat,
      viewer,
      'analysisResultCreate',
      { sessionId, analysisType: 'CSV', result: {}, ...wrong },
      'analysisResult { id }',
    );
    expect(payload).toMatchObject({ analysisResult: null, userErrors: [{ code, field }] });
    expect(await chat.database.analysisResult.count({ where: { orgId: viewer.organizationId } })).toBe(0);
  });

  it('refuses the file and the turn of another session in one response', async () => {
    const viewer = aMember();
    const [sessionId, otherId] = [await createSession(chat, viewer), await createSession(chat, viewer)];
    const [fileId, turnId] = [await createFile(chat, viewer, otherId), await startTurn(chat, viewer, otherId)];
    const { userErrors } = await mutate(
      chat,
      viewer,
      'analysisResultCreate',
      { sessionId, fileId, turnId, analysisType: 'CSV', result: {} },
      'analysisResult { id }',
    );
    expect(userErrors).toMatchObject([
      { code: 'NOT_FOUND', field: ['input', 'fileId'] },
      { code: 'NOT_FOUND', field: ['input', 'turnId'] },
    ]);
  });

  it('cannot link a file of another session, because of a database constraint', async () => {
    const viewer = aMember();
    const [sessionId, otherId] = [await createSession(chat, viewer), await createSession(chat, viewer)];
    const fileId = await createFile(chat, viewer, otherId);
    const data = { orgId: viewer.organizationId, sessionId, fileId, analysisType: 'CSV', result: {} } as const;
    await expect(chat.database.analysisResult.create({ data })).rejects.toMatchObject({ code: 'P2003' });
  });

  it('returns the first result for a repeated idempotency key, and refuses a different input', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    const ids = await Promise.all(
      Array.from({ length: 10 }, () => createResult(chat, viewer, sessionId, { charts: [CHART], idempotencyKey: 'k' })),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await chat.database.analysisResult.count({ where: { orgId: viewer.organizationId } })).toBe(1);
    const other = await mutate(
      chat,
      viewer,
      'analysisResultCreate',
      { sessionId, analysisType: 'ML', result: {}, idempotencyKey: 'k' },
      'analysisResult { id }',
    );
    expect(other).toMatchObject({ analysisResult: null, userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }] });
  });
});

describe('deleting an analysis result', () => {
  it('keeps its file and its turn', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    const [fileId, turnId] = [await createFile(chat, viewer, sessionId), await startTurn(chat, viewer, sessionId)];
    const id = await createResult(chat, viewer, sessionId, { fileId, turnId });
    expect(await mutate(chat, viewer, 'analysisResultDelete', { id }, 'deletedId')).toEqual({ deletedId: id, userErrors: [] });
    const query = graphql(`
      query ($id: ID!, $fileId: ID!, $turnId: ID!) {
        analysisResult(id: $id) {
          id
        }
        chatFile(id: $fileId) {
          id
        }
        chatTurn(id: $turnId) {
          id
        }
      }
    `);
    expect((await chat.execute(viewer, query, { id, fileId, turnId })).data).toEqual({
      analysisResult: null,
      chatFile: { id: fileId },
      chatTurn: { id: turnId },
    });
  });

  it.each([
    ['a malformed id', '1', 'INVALID'],
    ['an unknown id', uuidv7(), 'NOT_FOUND'],
  ])('refuses %s', async (_, id, code) => {
    const payload = await mutate(chat, aMember(), 'analysisResultDelete', { id }, 'deletedId');
    expect(payload).toMatchObject({ deletedId: null, userErrors: [{ code, field: ['input', 'id'] }] });
  });
});

describe('the results of a session, a file, and a turn', () => {
  it('are paged newest first or oldest first', async () => {
    const viewer = aMember();
    const id = await createSession(chat, viewer);
    const fileId = await createFile(chat, viewer, id);
    const turnId = await startTurn(chat, viewer, id);
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push(await createResult(chat, viewer, id, { fileId, turnId }));
    for (const [root, parentId] of [
      ['chatSession', id],
      ['chatFile', fileId],
      ['chatTurn', turnId],
    ] as const) {
      const query = (orderBy: string) => (page: string) =>
        `query ($id: ID!) { ${root}(id: $id) { results(${page}${orderBy}) { nodes { id }
        pageInfo { endCursor startCursor hasNextPage hasPreviousPage } } } }`;
      expect(await readAllPages(chat, viewer, 'forward', 'id', query(''), { id: parentId })).toEqual([...ids].reverse());
      const oldestFirst = ', orderBy: { field: CREATED_AT, direction: ASC }';
      expect(await readAllPages(chat, viewer, 'forward', 'id', query(oldestFirst), { id: parentId })).toEqual(ids);
      expect(await readAllPages(chat, viewer, 'backward', 'id', query(oldestFirst), { id: parentId })).toEqual([
        ids[3],
        ids[4],
        ids[1],
        ids[2],
        ids[0],
      ]);
    }
  });

  it('can be filtered by their file', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    const [fileId, otherId] = [await createFile(chat, viewer, sessionId), await createFile(chat, viewer, sessionId)];
    const ids = [
      await createResult(chat, viewer, sessionId, { fileId, analysisType: 'CSV' }),
      await createResult(chat, viewer, sessionId, { fileId, analysisType: 'ML' }),
    ];
    await createResult(chat, viewer, sessionId, { fileId: otherId });
    await createResult(chat, viewer, sessionId);
    const query = graphql(`
      query ($sessionId: ID!, $fileId: ID!) {
        chatFile(id: $fileId) {
          results {
            totalCount
            nodes {
              id
            }
          }
        }
        chatSession(id: $sessionId) {
          all: results {
            totalCount
          }
          ofFile: results(filter: { fileId: $fileId }) {
            totalCount
            nodes {
              id
            }
          }
          models: results(filter: { analysisType: ML }) {
            nodes {
              id
            }
          }
        }
      }
    `);
    const { data } = await chat.execute(viewer, query, { sessionId, fileId });
    const ofFile = { totalCount: 2, nodes: [{ id: ids[1] }, { id: ids[0] }] };
    expect(data).toEqual({
      chatFile: { results: ofFile },
      chatSession: { all: { totalCount: 4 }, ofFile, models: { nodes: [{ id: ids[1] }] } },
    });
  });

  it('cannot be filtered by a malformed file id', async () => {
    const viewer = aMember();
    const id = await createSession(chat, viewer);
    const { errors } = await chat.execute(
      viewer,
      graphql(`
        query ($id: ID!) {
          chatSession(id: $id) {
            results(filter: { fileId: "1" }) {
              totalCount
            }
          }
        }
      `),
      { id },
    );
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
