import { createFederationGateway, serveSubgraphs, type IncrementalGateway, type ServedSubgraphs } from '../../kit/federation.js';
import { mergeIncrementalResults } from '../../kit/merge-incremental-results.js';
import { graph } from '../../federation/abstract/interface-objects.js';

let served: ServedSubgraphs;
let gateway: IncrementalGateway;
beforeAll(async () => {
  served = await serveSubgraphs(graph);
  gateway = await createFederationGateway(served.supergraph);
});
afterAll(async () => {
  await gateway.close();
  await served.close();
});

describe('a deferred fragment on objects of which their subgraph knows only the interface', () => {
  it.each([
    ['has a type condition', '{ rated { stars ... on Book @defer { pages } } }', [{ stars: 4, pages: 400 }, null, { stars: 5 }]],
    [
      'is a spread',
      '{ rated { ...B @defer stars } } fragment B on Book { title pages }',
      [{ stars: 4, title: 'Emma', pages: 400 }, null, { stars: 5 }],
    ],
    ['contains a type condition', '{ rated { ... @defer { ... on Film { minutes } } } }', [{}, null, { minutes: 117 }]],
    [
      'selects the type',
      '{ rated { ... @defer { __typename stars } } }',
      [{ __typename: 'Book', stars: 4 }, null, { __typename: 'Film', stars: 5 }],
    ],
    [
      'contains a deferred fragment',
      '{ rated { ... @defer { stars ... on Film @defer { minutes title } } } }',
      [{ stars: 4 }, null, { stars: 5, minutes: 117, title: 'Alien' }],
    ],
  ])('is delivered if it %s', async (_, query, rated) => {
    const { first, later } = await gateway.executeIncrementally({ query });
    expect(later.length).toBeGreaterThan(0);
    expect(mergeIncrementalResults(first, later)).toEqual({ data: { rated }, errors: [] });
  });
});
