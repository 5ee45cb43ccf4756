import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/chat.js';
import type { TypedDocument, VariablesArgument } from '../../kit/documents/typed-document.js';
import { aMember } from '../../kit/viewers.js';
import { CHART, createFile, createResult, createSession, LONG_AGO, mutate, runChat, startTurn, type RunningChat } from './arrange.js';

let chat: RunningChat;
beforeAll(async () => void (chat = await runChat()));
afterAll(() => chat.close());

const PAGE = 'first: 100';
/** Selects every nested field of a session. */
const SESSION = `id title user { id } starred
  turns(${PAGE}) { totalCount nodes { turnNumber session { title } results(${PAGE}) { totalCount nodes { analysisType } } } }
  files(${PAGE}) { totalCount nodes { filename uploader { id } dataset { id } session { title }
    results(${PAGE}) { totalCount nodes { analysisType } } } }
  results(${PAGE}) { totalCount nodes { charts session { title } file { filename } turn { turnNumber } } }` as const;

/** Fills a session with so many turns, files and results; each result comes from a file and a turn of its own. */
async function fill(viewer: Viewer, sessionId: string, count: number) {
  for (let index = 0; index < count; index += 1) {
    const turnId = await startTurn(chat, viewer, sessionId);
    const fileId = await createFile(chat, viewer, sessionId, { filename: `${index}.csv` });
    await createResult(chat, viewer, sessionId, { turnId, fileId, charts: [CHART] });
  }
}

/** The answer, and the statements that it took. */
async function costOf<Result, Variables>(
  viewer: Viewer,
  document: TypedDocument<Result, Variables>,
  ...variables: VariablesArgument<Variables>
) {
  chat.statements.take();
  const { data, errors } = await chat.execute(viewer, document, ...variables);
  expect(errors).toBeUndefined();
  return { data, cost: chat.statements.take().length };
}

describe('a whole session', () => {
  it('takes four statements with its turns, files, and results', async () => {
    const viewer = aMember();
    const id = await createSession(chat, viewer);
    await fill(viewer, id, 3);
    const query = graphql(`
      query ($id: ID!) {
        chatSession(id: $id) {
          title
          turns {
            nodes {
              turnNumber
              userMessage
            }
          }
          files {
            nodes {
              filename
            }
          }
          results {
            nodes {
              result
              charts
            }
          }
        }
      }
    `);
    const { data, cost } = await costOf(viewer, query, { id });
    expect(data.chatSession).toEqual({
      title: 'Sales',
      turns: { nodes: [1, 2, 3].map((turnNumber) => ({ turnNumber, userMessage: 'Describe the data.' })) },
      files: { nodes: ['2.csv', '1.csv', '0.csv'].map((filename) => ({ filename })) },
      results: { nodes: Array(3).fill({ result: { pearson: 0.87 }, charts: [CHART] }) },
    });
    expect(cost).toBe(4);
  });

  it('takes as many statements for thirty turns, files, and results as for one', async () => {
    const costs: number[] = [];
    for (const count of [1, 30]) {
      const viewer = aMember();
      const id = await createSession(chat, viewer);
      await fill(viewer, id, count);
      const { data, cost } = await costOf(viewer, graphql(`query ($id: ID!) { chatSession(id: $id) { ${SESSION} } }`), { id });
      expect(data.chatSession).toMatchObject({
        turns: { totalCount: count },
        files: { totalCount: count },
        results: { totalCount: count },
      });
      expect(data.chatSession.results.nodes.at(-1)).toEqual({
        charts: [CHART],
        session: { title: 'Sales' },
        file: { filename: '0.csv' },
        turn: { turnNumber: 1 },
      });
      costs.push(cost);
    }
    expect(costs[1]).toBe(costs[0]);
    expect(costs[0]).toBeLessThanOrEqual(14);
  });
});

describe('a user’s active sessions in the organization', () => {
  it('are those of the user, without ended, foreign, and shared sessions', async () => {
    const viewer = aMember();
    const [active, expired, inactive] = [
      await createSession(chat, viewer, { title: 'active' }),
      await createSession(chat, viewer),
      await createSession(chat, viewer),
    ];
    await chat.database.chatSession.updateMany({ where: { id: expired }, data: { expiresAt: new Date(LONG_AGO) } });
    await chat.database.chatSession.updateMany({ where: { id: inactive }, data: { isActive: false } });
    const colleague = aMember(viewer.organizationId);
    await createSession(chat, colleague, { title: 'theirs' });
    await createSession(chat, viewer, { title: 'shared', isShared: true });
    const query = graphql(`
      query ($of: [_Any!]!) {
        _entities(representations: $of) {
          ... on User {
            id
            chatSessions {
              totalCount
              nodes {
                id
                title
                user {
                  id
                }
              }
            }
          }
        }
      }
    `);
    const of = [colleague.userId, viewer.userId, uuidv7()].map((id) => ({ __typename: 'User', id }));
    const { data, cost } = await costOf(viewer, query, { of });
    expect(data._entities).toEqual([
      { id: colleague.userId, chatSessions: { totalCount: 0, nodes: [] } },
      { id: viewer.userId, chatSessions: { totalCount: 1, nodes: [{ id: active, title: 'active', user: { id: viewer.userId } }] } },
      { id: of[2]!.id, chatSessions: { totalCount: 0, nodes: [] } },
    ]);
    expect(cost).toBe(2);
    const { data: own } = await costOf(viewer, graphql('{ chatSessions(orderBy: { field: TITLE, direction: ASC }) { nodes { title } } }'));
    expect(own.chatSessions.nodes).toEqual([{ title: 'active' }, { title: 'shared' }]);
  });

  it('can be filtered, ordered, and paged like all sessions', async () => {
    const viewer = aMember();
    for (const title of ['b', 'a', 'c']) await createSession(chat, viewer, { title, tags: title === 'c' ? [] : ['ml'] });
    const query = graphql(`
      query ($of: [_Any!]!) {
        _entities(representations: $of) {
          ... on User {
            chatSessions(first: 1, filter: { tags: ["ml"] }, orderBy: { field: TITLE, direction: DESC }) {
              totalCount
              nodes {
                title
              }
              pageInfo {
                hasNextPage
              }
            }
          }
        }
      }
    `);
    const { data } = await chat.execute(viewer, query, { of: [{ __typename: 'User', id: viewer.userId }] });
    expect(data._entities).toEqual([{ chatSessions: { totalCount: 2, nodes: [{ title: 'b' }], pageInfo: { hasNextPage: true } } }]);
  });
});

describe('a dataset’s chat files', () => {
  it('are its source files in all sessions that the viewer can read', async () => {
    const viewer = aMember();
    const colleague = aMember(viewer.organizationId);
    const [datasetId, otherId] = [uuidv7(), uuidv7()];
    const promote = async (member: Viewer, filename: string, isShared: boolean) => {
      const id = await createFile(chat, member, await createSession(chat, member, { isShared }), { filename });
      await mutate(chat, member, 'chatFileUpdate', { id, datasetId }, 'chatFile { id }');
    };
    await promote(viewer, 'own.csv', false);
    await promote(colleague, 'shared.csv', true);
    await promote(colleague, 'theirs.csv', false);
    const query = graphql(`
      query ($of: [_Any!]!) {
        _entities(representations: $of) {
          ... on Dataset {
            id
            chatFiles(orderBy: { field: FILENAME, direction: ASC }) {
              totalCount
              nodes {
                filename
                dataset {
                  id
                }
              }
            }
          }
        }
      }
    `);
    const of = [otherId, datasetId].map((id) => ({ __typename: 'Dataset', id }));
    const { data, cost } = await costOf(viewer, query, { of });
    expect(data._entities).toEqual([
      { id: otherId, chatFiles: { totalCount: 0, nodes: [] } },
      {
        id: datasetId,
        chatFiles: { totalCount: 2, nodes: ['own.csv', 'shared.csv'].map((filename) => ({ filename, dataset: { id: datasetId } })) },
      },
    ]);
    expect(cost).toBe(2);
    const { data: elsewhere } = await chat.execute(aMember(), query, { of });
    expect(elsewhere._entities).toMatchObject([{ chatFiles: { totalCount: 0 } }, { chatFiles: { totalCount: 0 } }]);
  });
});

describe('a page of sessions', () => {
  it('takes as many statements for thirty sessions as for one', async () => {
    const costs: number[] = [];
    for (const count of [1, 30]) {
      const viewer = aMember();
      for (let index = 0; index < count; index += 1) await fill(viewer, await createSession(chat, viewer), 1);
      const { data, cost } = await costOf(viewer, graphql(`{ chatSessions(${PAGE}) { totalCount nodes { ${SESSION} } } }`));
      expect(data.chatSessions.totalCount).toBe(count);
      expect(data.chatSessions.nodes.map((node) => node.results.totalCount)).toEqual(Array(count).fill(1));
      costs.push(cost);
    }
    expect(costs[1]).toBe(costs[0]);
  });
});
