import { Client, fetchExchange, subscriptionExchange, type Exchange, type OperationResult } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { persistedExchange } from '@urql/exchange-persisted';
import { socketClient } from '../kit/websocket.js';
import {
  DATASETS,
  DEFERRED_RUNS,
  namesOf,
  namesOfTwoPages,
  PAGE,
  RENAME,
  SESSION,
  wholeRuns,
  type Datasets,
  type DeferredRuns,
  type Session,
  type SessionUpdated,
} from './operations.js';
import { createSession, recordFetch, type Platform } from './platform.js';
import { codeOf, subscriptionCases, type Subscribe } from './subscription-cases.js';

const graphcache = () => cacheExchange({ resolvers: { Query: { datasets: relayPagination() } } });

/** Returns urql with some exchanges before the one that fetches, and the requests that it has sent. */
function open({ url, headers }: Platform, exchanges: readonly Exchange[] = []) {
  const { fetch, sent } = recordFetch();
  const client = new Client({
    url,
    fetch,
    fetchOptions: { headers },
    preferGetMethod: false,
    fetchSubscriptions: true,
    exchanges: [...exchanges, fetchExchange],
  });
  return { client, sent };
}

const subscribeWith =
  (client: Client): Subscribe =>
  (query, variables, { next, error }) => {
    const { unsubscribe } = client
      .subscription<SessionUpdated>(query, variables)
      .subscribe((result) => (result.error ? error(result.error) : next(result.data?.chatSessionUpdated.title)));
    return unsubscribe;
  };

/** Returns the data of a result, and throws its error. */
function dataOf<Data>({ data, error }: OperationResult<Data>): Data {
  if (error) throw error;
  return data!;
}

export const urqlCases = (platform: () => Platform): void =>
  describe('urql', () => {
    it('shows the change that a mutation returns in a query that graphcache has', async () => {
      const { client, sent } = open(platform(), [graphcache()]);
      const id = await createSession(platform().graph, 'old');
      const title = async () => dataOf(await client.query<Session>(SESSION, { id }).toPromise()).chatSession.title;
      expect(await title()).toBe('old');
      dataOf(await client.mutation(RENAME, { id, title: 'new' }).toPromise());
      expect(await title()).toBe('new');
      expect(sent).toHaveLength(2);
    });

    it('joins two pages of a connection by relayPagination of graphcache', async () => {
      const { client } = open(platform(), [graphcache()]);
      const load = async (variables: object) => dataOf(await client.query<Datasets>(DATASETS, variables).toPromise());
      const first = await load({ first: PAGE });
      const both = await load({ first: PAGE, after: first.datasets.pageInfo.endCursor });
      expect(namesOf(both)).toEqual(await namesOfTwoPages(platform().graph));
    });

    it('shows the data of a query before those that @defer delays, and then both', async () => {
      const { client } = open(platform());
      const results: OperationResult<DeferredRuns>[] = [];
      await new Promise<void>((resolve, reject) =>
        client.query<DeferredRuns>(DEFERRED_RUNS, {}).subscribe((result) => {
          if (result.error) return reject(result.error);
          results.push(structuredClone({ ...result, operation: undefined }) as never);
          if (!result.hasNext) resolve();
        }),
      );
      const whole = await wholeRuns(platform().graph);
      expect(results[0]!.hasNext).toBe(true);
      expect(results[0]!.data).toEqual({ datasets: { nodes: whole.datasets.nodes.map(({ trainingRuns: _, ...rest }) => rest) } });
      expect(results.at(-1)!.data).toEqual(whole);
    });

    it('returns the code of an error', async () => {
      const { error } = await open(platform()).client.query('{ nothing }', {}).toPromise();
      expect(codeOf(error)).toBe('GRAPHQL_VALIDATION_FAILED');
    });

    subscriptionCases('by fetch', platform, (started) => ({ subscribe: subscribeWith(open(started).client) }));

    subscriptionCases('by subscriptionExchange', platform, (started) => {
      const { url, headers } = started;
      const socket = socketClient(url, { connectionParams: headers });
      const exchange = subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query: query!, variables: variables as never }, sink as never) }),
        }),
      });
      return { subscribe: subscribeWith(open(started, [exchange]).client), close: () => socket.dispose() };
    });

    it('sends a document once and then its hash alone with persistedExchange', async () => {
      const ask = async () => {
        const { client, sent } = open(platform(), [persistedExchange({ preferGetForPersistedQueries: true })]);
        return {
          data: dataOf(await client.query('query PersistedOfUrql { datasets(first: 1) { nodes { name } } }', {}).toPromise()),
          sent,
        };
      };
      const [first, second] = [await ask(), await ask()];
      expect(first.sent.map(({ query }) => query !== undefined)).toEqual([false, true]);
      expect(second.sent).toEqual([{ method: 'GET', query: undefined, hash: first.sent[0]!.hash }]);
      expect(second.data).toEqual(first.data);
    });
  });
