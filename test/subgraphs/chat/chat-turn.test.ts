import { v7 as uuidv7 } from 'uuid';
import { graphql } from '../../kit/documents/chat.js';
import { aMember } from '../../kit/viewers.js';
import { createResult, createSession, mutate, runChat, startTurn, readAllPages, type RunningChat } from './arrange.js';

let chat: RunningChat;
beforeAll(async () => void (chat = await runChat()));
afterAll(() => chat.close());

const FIELDS = 'turnNumber status userMessage agentResponse agentType context error finishedAt';
const TURN = graphql(`query ($id: ID!) { chatTurn(id: $id) { ${FIELDS} createdAt session { id } } }`);

const turnCount = async (viewer: ReturnType<typeof aMember>, id: string): Promise<number> =>
  (await chat.execute(viewer, graphql('query ($id: ID!) { chatSession(id: $id) { turns { totalCount } } }'), { id })).data.chatSession.turns
    .totalCount;

describe('starting a turn', () => {
  it('stores the message as the next PENDING turn of its session', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    await startTurn(chat, viewer, sessionId);
    const id = await startTurn(chat, viewer, sessionId, { userMessage: 'Is it correlated?' });
    await startTurn(chat, viewer, await createSession(chat, viewer));
    const { data } = await chat.execute(viewer, TURN, { id });
    const nothing = { agentResponse: null, agentType: null, context: {}, error: null, finishedAt: null };
    expect(data.chatTurn).toMatchObject({
      turnNumber: 2,
      status: 'PENDING',
      userMessage: 'Is it correlated?',
      session: { id: sessionId },
      ...nothing,
    });
  });

  it('numbers ten concurrent turns from 1 to 10', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer, { isShared: true });
    const start = (index: number) =>
      mutate(
        chat,
        index % 2 ? viewer : aMember(viewer.organizationId),
        'chatTurnStart',
        { sessionId, userMessage: `message ${index}` },
        'chatTurn { turnNumber }',
      );
    const payloads = await Promise.all(Array.from({ length: 10 }, (_, index) => start(index)));
    expect(payloads.map(({ chatTurn }) => chatTurn.turnNumber).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('does not reuse the number of a deleted turn', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    const id = await startTurn(chat, viewer, sessionId);
    await mutate(chat, viewer, 'chatTurnDelete', { id }, 'deletedId');
    const { chatTurn } = await mutate(chat, viewer, 'chatTurnStart', { sessionId, userMessage: 'Again.' }, 'chatTurn { turnNumber }');
    expect(chatTurn).toEqual({ turnNumber: 2 });
  });

  it.each([
    ['a blank message', { userMessage: ' ' }, 'BLANK', ['input', 'userMessage']],
    ['a long message', { userMessage: 'x'.repeat(100_001) }, 'TOO_LONG', ['input', 'userMessage']],
    ['a malformed session id', { sessionId: '1' }, 'INVALID', ['input', 'sessionId']],
    ['an unknown session', { sessionId: uuidv7() }, 'NOT_FOUND', ['input', 'sessionId']],
    ['a long idempotency key', { idempotencyKey: 'x'.repeat(201) }, 'TOO_LONG', ['input', 'idempotencyKey']],
  ])('refuses %s and stores nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    const payload = await mutate(
      chat,
      viewer,
      'chatTurnStart',
      { sessionId, userMessage: 'Hello.', idempotencyKey: 'k', ...wrong },
      'chatTurn { id }',
    );
    expect(payload).toMatchObject({ chatTurn: null, userErrors: [{ code, field }] });
    expect(await turnCount(viewer, sessionId)).toBe(0);
    const { chatTurn } = await mutate(
      chat,
      viewer,
      'chatTurnStart',
      { sessionId, userMessage: 'Hello.', idempotencyKey: 'k' },
      'chatTurn { turnNumber }',
    );
    expect(chatTurn).toEqual({ turnNumber: 1 });
  });

  it('returns the first turn for a repeated idempotency key, and refuses a different input', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    const ids = await Promise.all(Array.from({ length: 10 }, () => startTurn(chat, viewer, sessionId, { idempotencyKey: 'k' })));
    expect(new Set(ids).size).toBe(1);
    expect(await turnCount(viewer, sessionId)).toBe(1);
    const other = await mutate(chat, viewer, 'chatTurnStart', { sessionId, userMessage: 'Other.', idempotencyKey: 'k' }, 'chatTurn { id }');
    expect(other).toMatchObject({ chatTurn: null, userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }] });
  });
});

describe('finishing a turn', () => {
  it.each([
    ['COMPLETED', { agentResponse: 'It is: 0.87.', agentType: 'STATISTICAL_ANALYSIS', context: { operations: ['describe'] } }],
    ['FAILED', { error: 'The file has no rows.', agentResponse: 'I began' }],
    ['CANCELED', { agentResponse: '' }],
    ['COMPLETED', { agentResponse: 'x'.repeat(200_000) }],
  ])('sets the status %s', async (outcome, input) => {
    const viewer = aMember();
    const id = await startTurn(chat, viewer, await createSession(chat, viewer));
    const { chatTurn, userErrors } = await mutate(chat, viewer, 'chatTurnFinish', { id, outcome, ...input }, `chatTurn { ${FIELDS} }`);
    expect(userErrors).toEqual([]);
    expect(chatTurn).toMatchObject({ status: outcome, agentType: null, context: {}, error: null, ...input });
    expect(Date.parse(chatTurn.finishedAt)).toBeGreaterThan(Date.now() - 60_000);
    expect((await chat.execute(viewer, TURN, { id })).data.chatTurn).toMatchObject(chatTurn);
  });

  it('succeeds once: nine of ten concurrent requests are refused', async () => {
    const viewer = aMember();
    const id = await startTurn(chat, viewer, await createSession(chat, viewer));
    const finish = (index: number) =>
      mutate(chat, viewer, 'chatTurnFinish', { id, outcome: 'COMPLETED', agentResponse: `answer ${index}` }, 'chatTurn { agentResponse }');
    const payloads = await Promise.all(Array.from({ length: 10 }, (_, index) => finish(index)));
    const done = payloads.filter(({ chatTurn }) => chatTurn !== null);
    expect(done).toHaveLength(1);
    for (const { userErrors } of payloads.filter((payload) => payload !== done[0]))
      expect(userErrors).toMatchObject([{ code: 'CONFLICT', field: ['input', 'id'] }]);
    expect((await chat.execute(viewer, TURN, { id })).data.chatTurn.agentResponse).toBe(done[0]!.chatTurn.agentResponse);
  });

  it.each([
    ['a malformed id', { id: '1' }, 'INVALID', ['input', 'id']],
    ['an unknown id', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
    ['an answer that says nothing', { agentResponse: '' }, 'BLANK', ['input', 'agentResponse']],
    ['no answer', { agentResponse: null }, 'BLANK', ['input', 'agentResponse']],
    ['a long answer', { agentResponse: 'x'.repeat(200_001) }, 'TOO_LONG', ['input', 'agentResponse']],
    ['a context that is no object', { context: [] }, 'INVALID', ['input', 'context']],
    ['an error without failure', { error: 'no' }, 'INVALID', ['input', 'error']],
    ['a failure without error', { outcome: 'FAILED' }, 'BLANK', ['input', 'error']],
    ['a blank error', { outcome: 'FAILED', error: ' ' }, 'BLANK', ['input', 'error']],
    ['a long error', { outcome: 'FAILED', error: 'x'.repeat(10_001) }, 'TOO_LONG', ['input', 'error']],
  ])('refuses %s and keeps it PENDING', async (_, wrong, code, field) => {
    const viewer = aMember();
    const id = await startTurn(chat, viewer, await createSession(chat, viewer));
    const payload = await mutate(
      chat,
      viewer,
      'chatTurnFinish',
      { id, outcome: 'COMPLETED', agentResponse: 'Yes.', ...wrong },
      'chatTurn { id }',
    );
    expect(payload).toMatchObject({ chatTurn: null, userErrors: [{ code, field }] });
    expect((await chat.execute(viewer, TURN, { id })).data.chatTurn).toMatchObject({ status: 'PENDING', agentResponse: null, context: {} });
  });
});

describe('deleting a turn', () => {
  it('keeps its results without a turn', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    const id = await startTurn(chat, viewer, sessionId);
    const resultId = await createResult(chat, viewer, sessionId, { turnId: id });
    expect(await mutate(chat, viewer, 'chatTurnDelete', { id }, 'deletedId')).toEqual({ deletedId: id, userErrors: [] });
    const { data } = await chat.execute(
      viewer,
      graphql(`
        query ($id: ID!, $resultId: ID!) {
          chatTurn(id: $id) {
            id
          }
          analysisResult(id: $resultId) {
            turn {
              id
            }
            session {
              id
            }
          }
        }
      `),
      { id, resultId },
    );
    expect(data).toEqual({ chatTurn: null, analysisResult: { turn: null, session: { id: sessionId } } });
  });

  it.each([
    ['a malformed id', '1', 'INVALID'],
    ['an unknown id', uuidv7(), 'NOT_FOUND'],
  ])('refuses %s', async (_, id, code) => {
    const payload = await mutate(chat, aMember(), 'chatTurnDelete', { id }, 'deletedId');
    expect(payload).toMatchObject({ deletedId: null, userErrors: [{ code, field: ['input', 'id'] }] });
  });
});

describe('the turns of a session', () => {
  const query = (direction: string) => (page: string) =>
    `query ($id: ID!) { chatSession(id: $id) { turns(${page}${direction}) { nodes { turnNumber }
        pageInfo { endCursor startCursor hasNextPage hasPreviousPage } } } }`;

  it('are in the order of the conversation, or reversed', async () => {
    const viewer = aMember();
    const id = await createSession(chat, viewer);
    for (let number = 1; number <= 5; number += 1) await startTurn(chat, viewer, id);
    const latestFirst = ', orderBy: { field: TURN_NUMBER, direction: DESC }';
    expect(await readAllPages(chat, viewer, 'forward', 'turnNumber', query(''), { id })).toEqual([1, 2, 3, 4, 5]);
    expect(await readAllPages(chat, viewer, 'backward', 'turnNumber', query(''), { id })).toEqual([4, 5, 2, 3, 1]);
    expect(await readAllPages(chat, viewer, 'forward', 'turnNumber', query(latestFirst), { id })).toEqual([5, 4, 3, 2, 1]);
    expect(await readAllPages(chat, viewer, 'backward', 'turnNumber', query(latestFirst), { id })).toEqual([2, 1, 4, 3, 5]);
  });

  it('can be filtered by status and agent', async () => {
    const viewer = aMember();
    const id = await createSession(chat, viewer);
    const ids = [];
    for (let number = 1; number <= 3; number += 1) ids.push(await startTurn(chat, viewer, id));
    await mutate(
      chat,
      viewer,
      'chatTurnFinish',
      { id: ids[0], outcome: 'COMPLETED', agentResponse: 'a', agentType: 'ML_ANALYSIS' },
      'chatTurn { id }',
    );
    await mutate(
      chat,
      viewer,
      'chatTurnFinish',
      { id: ids[1], outcome: 'FAILED', error: 'e', agentType: 'CSV_ANALYSIS' },
      'chatTurn { id }',
    );
    const numbers = async (filter: object) =>
      (
        await chat.execute(
          viewer,
          graphql(`
            query ($id: ID!, $filter: ChatTurnFilter) {
              chatSession(id: $id) {
                turns(filter: $filter) {
                  totalCount
                  nodes {
                    turnNumber
                  }
                }
              }
            }
          `),
          { id, filter },
        )
      ).data.chatSession.turns;
    expect(await numbers({ statuses: ['PENDING', 'FAILED'] })).toEqual({ totalCount: 2, nodes: [{ turnNumber: 2 }, { turnNumber: 3 }] });
    expect(await numbers({ statuses: [] })).toEqual({ totalCount: 0, nodes: [] });
    expect(await numbers({ agentType: 'ML_ANALYSIS' })).toEqual({ totalCount: 1, nodes: [{ turnNumber: 1 }] });
  });
});
