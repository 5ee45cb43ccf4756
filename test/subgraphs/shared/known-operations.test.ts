import { ApolloServer } from '@apollo/server';
import { jest } from '@jest/globals';
import { documents } from '../../../subgraphs/documents/subgraph.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';

const broken = () => {
  throw new Error('postgres at 10.0.0.1 is away');
};
const definition = documents();
const resolvers = { ...definition.resolvers, Query: { ...(definition.resolvers as Record<string, object>).Query, answers: broken } };

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph({ ...definition, resolvers })));
afterAll(() => subgraph.close());

const member = aMember();
const reader = { ...member, scopes: ['READ'] };
const CREATE = 'mutation ($name: String!) { collectionCreate(input: { name: $name }) { collection { name } userErrors { code field } } }';

async function post(viewer: Viewer | null, request: unknown, accept = 'application/graphql-response+json, application/json') {
  const body = JSON.stringify(request);
  const headers = { ...subgraph.headers(viewer, body), accept };
  const response = await fetch(subgraph.url, { method: 'POST', headers, body });
  return { status: response.status, type: response.headers.get('content-type'), body: JSON.parse(await response.text()) as unknown };
}

describe('a repeated operation of a subgraph', () => {
  it.each([
    ['data', member, { query: '{ documents { totalCount } }' }, 200],
    [
      'variables and their defaults',
      member,
      { query: 'query ($n: Int = 3) { documents(first: $n) { nodes { id } } }', variables: {} },
      200,
    ],
    ['one operation of several', member, { query: 'query A { __typename } query B { b: __typename }', operationName: 'B' }, 200],
    ['an input that is refused', member, { query: CREATE, variables: { name: ' ' } }, 200],
    ['an error at a path', null, { query: '{ __typename documents { totalCount } }' }, 200],
    ['a fault of ours', member, { query: '{ __typename answers { totalCount } }' }, 200],
    ['an entity', member, { query: '{ _entities(representations: [{ __typename: "Document", id: "x" }]) { __typename } }' }, 200],
    [
      'a variable of another type',
      member,
      { query: 'query ($n: Int) { documents(first: $n) { totalCount } }', variables: { n: 'x' } },
      400,
    ],
    ['a variable that is missing', member, { query: `${CREATE} # missing` }, 400],
    ['variables that are a list', member, { query: '{ documents { totalCount } }', variables: [] }, 400],
    ['a name that is no text', member, { query: '{ documents { totalCount } }', operationName: 1 }, 400],
    ['an operation that is not there', member, { query: 'query A { __typename }', operationName: 'B' }, 400],
    ['no query', member, {}, 400],
  ])('gets the same response as the first time: %s', async (_, viewer, request, status) => {
    const first = await post(viewer, request);
    expect(first.status).toBe(status);
    expect(await post(viewer, request)).toEqual(first);
    expect(await post(viewer, request)).toEqual(first);
  });

  it('does not pass through Apollo Server again', async () => {
    const byApollo = jest.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
    for (let times = 0; times < 3; times++) await post(member, { query: '{ once: __typename }' });
    expect(byApollo).toHaveBeenCalledTimes(1);
    byApollo.mockRestore();
  });

  it('has the content type that its client accepts', async () => {
    const query = '{ typed: __typename }';
    for (let times = 0; times < 2; times++) {
      expect((await post(member, { query })).type).toBe('application/graphql-response+json; charset=utf-8');
      expect((await post(member, { query }, 'application/json')).type).toBe('application/json; charset=utf-8');
      expect((await post(member, { query }, '*/*')).type).toBe('application/json; charset=utf-8');
    }
  });

  it('is executed each time, only for authorized viewers, and is refused like an unknown operation', async () => {
    const text = `${CREATE} # of its own`;
    const unknown = await post(reader, { query: text, variables: { name: 'by a reader' } });
    expect(JSON.stringify(unknown.body)).toContain('FORBIDDEN');
    await post(member, { query: text, variables: { name: 'first' } });
    expect(await post(reader, { query: text, variables: { name: 'by a reader' } })).toEqual(unknown);
    await post(member, { query: text, variables: { name: 'second' } });
    const { data } = await subgraph.execute<{ collections: { nodes: { name: string }[] } }>(member, '{ collections { nodes { name } } }');
    expect(data.collections.nodes.map(({ name }: { name: string }) => name).sort()).toEqual(['first', 'second']);
  });
});
