import { createClient as createEventSource } from 'graphql-sse';
import { GraphQLClient, type ClientError } from 'graphql-request';
import { socketClient } from '../kit/websocket.js';
import {
  DATASETS,
  namesOf,
  namesOfTwoPages,
  PAGE,
  RENAME,
  SESSION,
  type Datasets,
  type Session,
  type SessionUpdated,
} from './operations.js';
import { createSession, type Platform } from './platform.js';
import { codeOf, subscriptionCases } from './subscription-cases.js';

export const graphqlRequestCases = (platform: () => Platform): void =>
  describe('graphql-request', () => {
    const open = () => new GraphQLClient(platform().url, { headers: platform().headers });

    it('runs queries and mutations', async () => {
      const id = await createSession(platform().graph, 'old');
      await open().request(RENAME, { id, title: 'new' });
      expect((await open().request<Session>(SESSION, { id })).chatSession.title).toBe('new');
    });

    it('loads one page after the other', async () => {
      const first = await open().request<Datasets>(DATASETS, { first: PAGE });
      const second = await open().request<Datasets>(DATASETS, { first: PAGE, after: first.datasets.pageInfo.endCursor });
      expect([...namesOf(first)!, ...namesOf(second)!]).toEqual(await namesOfTwoPages(platform().graph));
    });

    it('throws the code of an error', async () => {
      const error = await open()
        .request('{ nothing }')
        .catch((thrown: unknown) => thrown);
      expect(codeOf((error as ClientError).response)).toBe('GRAPHQL_VALIDATION_FAILED');
    });
  });

/** A client of subscriptions alone. */
const streamCases = (name: string, platform: () => Platform, open: (platform: Platform) => ReturnType<typeof socketClient>): void =>
  describe(name, () => {
    subscriptionCases('', platform, (started) => {
      const client = open(started);
      return {
        subscribe: (query, variables, { next, error }) =>
          client.subscribe<SessionUpdated>(
            { query, variables },
            {
              next: ({ data, errors }) => (errors ? error(errors) : next(data?.chatSessionUpdated.title)),
              error,
              complete: () => undefined,
            },
          ),
        close: () => client.dispose(),
      };
    });

    it('runs queries and mutations', async () => {
      const client = open(platform());
      const run = async <Data>(query: string, variables: Record<string, unknown>) =>
        (await client.iterate<Data>({ query, variables }).next()).value.data as Data;
      const id = await createSession(platform().graph, 'old');
      await run(RENAME, { id, title: 'new' });
      expect((await run<Session>(SESSION, { id })).chatSession.title).toBe('new');
      await client.dispose();
    });
  });

export const graphqlWsCases = (platform: () => Platform): void =>
  streamCases('graphql-ws', platform, ({ url, headers }) => socketClient(url, { connectionParams: headers }));

export const graphqlSseCases = (platform: () => Platform): void =>
  streamCases('graphql-sse', platform, ({ url, headers }) => createEventSource({ url, headers, retryAttempts: 0 }) as never);
