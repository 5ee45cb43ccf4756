import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache, type DocumentNode } from '@apollo/client';
import { Defer20220824Handler } from '@apollo/client/incremental';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { eventually } from '../kit/eventually.js';
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

/** Returns Apollo Client, and the requests that it has sent. */
function open({ url, headers }: Platform, { useGet = false, isPersisted = false } = {}) {
  const { fetch, sent } = recordFetch();
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const http = new HttpLink({ uri: url, headers, fetch });
  const persisted = new PersistedQueryLink({ sha256, useGETForHashedQueries: useGet });
  return { client: clientOf(isPersisted ? ApolloLink.from([persisted, http]) : http), sent };
}

const clientOf = (link: ApolloLink) =>
  new ApolloClient({
    link,
    cache: new InMemoryCache({ typePolicies: { Query: { fields: { datasets: relayStylePagination(['orderBy']) } } } }),
    incrementalHandler: new Defer20220824Handler(),
  });

/** Subscribes with Apollo Client. */
const subscribeWith =
  (client: ApolloClient): Subscribe =>
  (query, variables, { next, error }) => {
    const subscription = client.subscribe<SessionUpdated>({ query: gql(query), variables }).subscribe({
      next: (result) => (result.error ? error(result.error) : next(result.data?.chatSessionUpdated.title)),
      error,
    });
    return () => subscription.unsubscribe();
  };

const withoutTypename = <Data>(data: Data): Data =>
  JSON.parse(JSON.stringify(data, (key, value) => (key === '__typename' ? undefined : value)));

export const apolloClientCases = (platform: () => Platform): void =>
  describe('Apollo Client', () => {
    it('shows the change that a mutation returns in a query that it has cached', async () => {
      const { client, sent } = open(platform());
      const id = await createSession(platform().graph, 'old');
      const query: DocumentNode = gql(SESSION);
      expect((await client.query<Session>({ query, variables: { id } })).data?.chatSession.title).toBe('old');
      await client.mutate({ mutation: gql(RENAME), variables: { id, title: 'new' } });
      expect((await client.query<Session>({ query, variables: { id } })).data?.chatSession.title).toBe('new');
      expect(sent).toHaveLength(2);
    });

    it('joins two pages of a connection in its cache by relayStylePagination', async () => {
      const { client } = open(platform());
      const watched = client.watchQuery<Datasets>({ query: gql(DATASETS), variables: { first: PAGE } });
      let shown: Datasets | undefined;
      watched.subscribe(({ data, dataState }) => (shown = dataState === 'complete' ? data : undefined));
      await eventually(() => expect(namesOf(shown)).toHaveLength(PAGE));
      await watched.fetchMore({ variables: { after: shown!.datasets.pageInfo.endCursor } });
      const names = await namesOfTwoPages(platform().graph);
      await eventually(() => expect(namesOf(shown)).toEqual(names));
      client.stop();
    });

    it('shows the data of a query before those that @defer delays, and then both', async () => {
      const { client } = open(platform());
      const states: string[] = [];
      const partial: unknown[] = [];
      const data = await new Promise((resolve, reject) =>
        client.watchQuery<DeferredRuns>({ query: gql(DEFERRED_RUNS) }).subscribe(({ error, dataState, data: received }) => {
          if (error) return reject(error);
          states.push(dataState);
          if (dataState === 'streaming') partial.push(received);
          if (dataState === 'complete') resolve(received);
        }),
      );
      const whole = await wholeRuns(platform().graph);
      expect(states).toEqual(expect.arrayContaining(['streaming', 'complete']));
      expect(withoutTypename(partial[0])).toEqual({
        datasets: { nodes: whole.datasets.nodes.map(({ trainingRuns: _, ...rest }) => rest) },
      });
      expect(withoutTypename(data)).toEqual(whole);
      client.stop();
    });

    it('throws the code of an error', async () => {
      const error = await open(platform())
        .client.query({ query: gql('{ nothing }') })
        .catch((thrown: unknown) => thrown);
      expect(codeOf(error)).toBe('GRAPHQL_VALIDATION_FAILED');
    });

    subscriptionCases('by HTTP in parts', platform, (started) => ({ subscribe: subscribeWith(open(started).client) }));

    subscriptionCases('by GraphQLWsLink', platform, ({ url, headers }) => {
      const socket = socketClient(url, { connectionParams: headers });
      return { subscribe: subscribeWith(clientOf(new GraphQLWsLink(socket))), close: () => socket.dispose() };
    });

    it.each([
      ['GET', true],
      ['POST', false],
    ])('sends a document once and then its hash alone by %s with PersistedQueryLink', async (method, useGet) => {
      const query = gql(`query PersistedBy${method} { datasets(first: 1) { nodes { name } } }`);
      const ask = async () => {
        const { client, sent } = open(platform(), { isPersisted: true, useGet });
        return { data: (await client.query({ query })).data, sent };
      };
      const [first, second] = [await ask(), await ask()];
      expect(first.sent.map((request) => [request.method, request.query !== undefined])).toEqual([
        [method, false],
        ['POST', true],
      ]);
      expect(second.sent).toEqual([{ method, query: undefined, hash: first.sent[0]!.hash }]);
      expect(second.data).toEqual(first.data);
    });
  });
