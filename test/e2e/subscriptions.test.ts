import type { PrismaClient } from '../../subgraphs/datasets/generated/prisma/client.js';
import type { Viewer } from '../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../kit/documents/api.js';
import type { TypedDocument } from '../kit/documents/typed-document.js';
import type { GraphQLResponse } from '../kit/documents/response.js';
import { subscribeByEventStream } from '../kit/gateway.js';
import { runGraph, type NewOrganization, type RunningGraph } from '../kit/graph.js';
import type { RunningSubgraph } from '../kit/subgraph.js';
import { createSession } from '../subgraphs/chat/arrange.js';
import { createDataset, finishRun, startRun } from '../subgraphs/datasets/arrange.js';
import { readParts } from '../unit/subscriptions/multipart-reader.js';
import { request } from 'undici';

const RUN = graphql(`
  subscription ($id: ID!) {
    trainingRunUpdated(id: $id) {
      status
      algorithm
      modelVersions {
        totalCount
      }
      dataset {
        name
        chatFiles {
          totalCount
        }
      }
    }
  }
`);
const SESSION = graphql('subscription ($id: ID!) { chatSessionUpdated(id: $id) { title owner: user { email } } }');
const UPDATE = graphql(`
  mutation ($input: ChatSessionUpdateInput!) {
    chatSessionUpdate(input: $input) {
      userErrors {
        code
      }
    }
  }
`);

let graph: RunningGraph;
let datasets: RunningSubgraph<PrismaClient>;
let organization: NewOrganization;
let viewer: Viewer;
beforeAll(async () => {
  graph = await runGraph();
  datasets = graph.subgraphs.datasets as unknown as RunningSubgraph<PrismaClient>;
  organization = await graph.createOrganization();
  viewer = { organizationId: organization.organizationId, userId: organization.userId, roles: ['MEMBER', 'ADMIN'], scopes: [] };
});
afterAll(() => graph.close());

const aRun = async () => startRun(datasets as never, viewer, await createDataset(datasets as never, viewer, { name: 'iris' }));
const change = (id: string, algorithm: string) => datasets.client.trainingRun.updateMany({ where: { id }, data: { algorithm } });
const subscribe = <Result>(
  apiKey: string | null,
  query: TypedDocument<Result, { id: unknown }>,
  id: string,
): AsyncIterableIterator<GraphQLResponse<Result>> =>
  subscribeByEventStream(graph.url, apiKey ? { 'x-api-key': apiKey } : {}, query, { id });
const nextResponse = async <Data>(events: AsyncIterator<GraphQLResponse<Data>>) => (await events.next()).value as GraphQLResponse<Data>;

/** As a client does that has no library. */
const send = (apiKey: string, accept: string, body: object, headers: Record<string, string> = {}) =>
  request(graph.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey, accept, ...headers },
    body: JSON.stringify(body),
  });

describe('trainingRunUpdated', () => {
  it('sends the current state at once, then each change with the fields of other subgraphs, until the run ends', async () => {
    const id = await aRun();
    const events = subscribe(organization.apiKeyToken, RUN, id);
    const state = (status: string, algorithm: string) => ({
      data: {
        trainingRunUpdated: {
          status,
          algorithm,
          modelVersions: { totalCount: 0 },
          dataset: { name: 'iris', chatFiles: { totalCount: 0 } },
        },
      },
    });
    expect(await nextResponse(events)).toEqual(state('RUNNING', 'XGBoost'));
    await change(id, 'CatBoost');
    expect(await nextResponse(events)).toEqual(state('RUNNING', 'CatBoost'));
    await finishRun(datasets as never, viewer, id);
    expect(await nextResponse(events)).toEqual(state('SUCCEEDED', 'CatBoost'));
    expect((await events.next()).done).toBe(true);
  });

  it('continues after the event that the client received last', async () => {
    const id = await aRun();
    await change(id, 'CatBoost');
    const body = { query: RUN, variables: { id } };
    const resume = async (lastEventId: string) =>
      (await send(organization.apiKeyToken, 'text/event-stream', body, { 'last-event-id': lastEventId })).body.text();
    const { body: late } = await send(organization.apiKeyToken, 'text/event-stream', body, { 'last-event-id': '0' });
    const chunks = late[Symbol.asyncIterator]();
    let text = '';
    while (!text.includes('id: 1')) text += (await chunks.next()).value;
    const upToDate = resume('1');
    await finishRun(datasets as never, viewer, id);
    for (let chunk = await chunks.next(); !chunk.done; chunk = await chunks.next()) text += chunk.value;
    expect(text.match(/id: .*/g)).toEqual(['id: 1', 'id: 2']);
    expect((await upToDate).match(/id: .*/g)).toEqual(['id: 2']);
    expect(await resume('2')).toBe('event: complete\ndata:\n\n');
  });

  it('returns NOT_FOUND to other organizations and UNAUTHENTICATED to an anonymous viewer', async () => {
    const id = await aRun();
    const stranger = await graph.createOrganization();
    for (const [apiKey, code] of [
      [stranger.apiKeyToken, 'NOT_FOUND'],
      [null, 'UNAUTHENTICATED'],
    ] as const) {
      const events = subscribe(apiKey, RUN, id);
      const { data, errors } = await nextResponse(events);
      expect([data?.trainingRunUpdated ?? null, errors?.map(({ extensions, path }) => [extensions.code, path])]).toEqual([
        null,
        [[code, code === 'NOT_FOUND' ? ['trainingRunUpdated'] : expect.anything()]],
      ]);
      expect((await events.next()).done).toBe(true);
    }
  });

  it('sends no statements after its client has disconnected', async () => {
    const id = await aRun();
    const events = subscribe(organization.apiKeyToken, RUN, id);
    await nextResponse(events);
    /** How many statements a change costs beside itself. */
    const readsAfterAChange = async () => {
      datasets.statements.take();
      await change(id, 'a');
      await new Promise((resolve) => setTimeout(resolve, 150));
      return datasets.statements.take().length - 1;
    };
    let reads = 0;
    for (let tries = 0; tries < 100 && reads === 0; tries++) reads = await readsAfterAChange();
    expect(reads).toBeGreaterThan(0);
    await events.return!();
    for (let tries = 0; tries < 100 && reads > 0; tries++) reads = await readsAfterAChange();
    expect(reads).toBe(0);
  });
});

describe('chatSessionUpdated', () => {
  it('sends the same events by the multipart protocol', async () => {
    const id = await createSession(graph.subgraphs.chat as never, viewer);
    const accept = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0, application/json';
    const { headers, body } = await send(organization.apiKeyToken, accept, { query: SESSION, variables: { id } });
    expect(headers['content-type']).toBe('multipart/mixed;boundary="graphql";subscriptionSpec=1.0');
    const parts = readParts(body, 'graphql');
    const state = (title: string) => ({ payload: { data: { chatSessionUpdated: { title, owner: { email: organization.email } } } } });
    expect((await parts.next()).value).toEqual(state('Sales'));
    await graph.execute(organization.apiKeyToken, UPDATE, { input: { id, title: 'Costs' } });
    expect((await parts.next()).value).toEqual(state('Costs'));
    await graph.execute(
      organization.apiKeyToken,
      graphql(`
        mutation ($id: ID!) {
          chatSessionDelete(input: { id: $id, files: KEEP }) {
            deleted {
              id
            }
          }
        }
      `),
      {
        id,
      },
    );
    expect(await parts.next()).toEqual({ done: true, value: '--\r\n' });
  });

  it('ends when the API key of its client is revoked, without another event', async () => {
    const id = await createSession(graph.subgraphs.chat as never, viewer);
    const { data } = await graph.execute(
      organization.apiKeyToken,
      graphql('mutation { apiKeyCreate(input: { name: "key", scopes: [READ] }) { token apiKey { id } } }'),
    );
    const events = subscribe(data.apiKeyCreate.token, SESSION, id);
    expect((await nextResponse(events)).data.chatSessionUpdated.title).toBe('Sales');
    const end = events.next();
    await graph.execute(
      organization.apiKeyToken,
      graphql('mutation ($id: ID!) { apiKeyRevoke(input: { id: $id }) { userErrors { message } } }'),
      {
        id: data.apiKeyCreate.apiKey.id,
      },
    );
    expect(((await end).value as GraphQLResponse).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await events.next()).done).toBe(true);
  });
});

describe('an event stream', () => {
  it('is the response to a GET request of EventSource', async () => {
    const id = await aRun();
    await finishRun(datasets as never, viewer, id);
    const search = new URLSearchParams({ query: RUN, variables: JSON.stringify({ id }) });
    const { statusCode, body } = await request(`${graph.url}?${search}`, {
      headers: { accept: 'text/event-stream', 'x-api-key': organization.apiKeyToken },
    });
    const text = await body.text();
    expect([statusCode, text.match(/event: .*/g)]).toEqual([200, ['event: next', 'event: complete']]);
    expect(text).toContain('"status":"SUCCEEDED"');
  });

  it('with one event is the response to a query', async () => {
    const { body } = await send(organization.apiKeyToken, 'text/event-stream', {
      query: graphql('{ viewer { email chatSessions { totalCount } } }'),
    });
    expect(await body.text()).toMatch(
      new RegExp(`^event: next\ndata: {"data":{"viewer":{"email":"${organization.email}",.*}}}\n\nevent: complete\ndata:\n\n$`),
    );
  });
});

describe('a subgraph that is down', () => {
  it('makes its own fields of each event null, with an error for each path', async () => {
    const id = await aRun();
    const events = subscribe(organization.apiKeyToken, RUN, id);
    await nextResponse(events);
    await graph.subgraphs.chat.stop();
    await change(id, 'CatBoost');
    const { data, errors } = await nextResponse(events);
    expect(data.trainingRunUpdated).toMatchObject({ algorithm: 'CatBoost', dataset: { name: 'iris', chatFiles: null } });
    expect(errors).toEqual([
      { message: expect.any(String), path: ['trainingRunUpdated', 'dataset', 'chatFiles'], extensions: { code: 'UNAVAILABLE' } },
    ]);
    await events.return!();
  });
});
