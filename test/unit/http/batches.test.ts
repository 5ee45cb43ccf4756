import { ApolloClient, CombinedGraphQLErrors, gql, InMemoryCache, type ServerError } from '@apollo/client';
import { BatchHttpLink } from '@apollo/client/link/batch-http';
import { runRoute } from './server.js';

const REFUSAL = 'The body is a JSON array, and batching is not supported. Send each operation in a request of its own.';

let route: Awaited<ReturnType<typeof runRoute>>;
beforeAll(async () => (route = await runRoute()));
afterAll(() => route.close());

describe('a batch of operations', () => {
  it.each([1, 2, 7, 20])('shows its refusal to the user of BatchHttpLink for each of %i operations', async (count) => {
    const link = new BatchHttpLink({ uri: route.url, batchMax: 20 });
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    const operations = Array.from({ length: count }, (_, index) =>
      client.query({ query: gql(`{ a${index}: greeting }`), errorPolicy: 'none' }),
    );
    for (const result of await Promise.allSettled(operations)) {
      const { reason } = result as PromiseRejectedResult;
      expect(CombinedGraphQLErrors.is(reason)).toBe(true);
      expect((reason as Error).message).toBe(REFUSAL);
      expect((reason as CombinedGraphQLErrors).errors[0]?.extensions?.code).toBe('BAD_REQUEST');
    }
    client.stop();
  });

  it('is one error for a client that does not ask for the media type of GraphQL', async () => {
    const link = new BatchHttpLink({ uri: route.url, headers: { accept: 'application/json' } });
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    const error = (await client.query({ query: gql('{ greeting }') }).catch((thrown: unknown) => thrown)) as ServerError;
    expect([error.statusCode, (JSON.parse(error.bodyText) as { errors: { message: string }[] }).errors[0]?.message]).toEqual([
      400,
      REFUSAL,
    ]);
    client.stop();
  });

  it.each([
    ['of no operations', 0],
    ['of more operations than get a result each', 101],
  ])('%s is one error', async (_, count) => {
    const response = await fetch(route.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify(Array(count).fill({ query: '{ greeting }' })),
    });
    expect([response.status, await response.json()]).toEqual([
      400,
      { errors: [{ message: REFUSAL, extensions: { code: 'BAD_REQUEST' } }] },
    ]);
  });
});
