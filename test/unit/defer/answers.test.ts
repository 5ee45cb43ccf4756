import { createLocalPlanner } from '../../../gateway/planning/local-planner.js';
import { PlanningError } from '../../../gateway/planning/planner.js';
import {
  createFederationGateway,
  serveSubgraphs,
  type IncrementalGateway,
  type SubsequentResult,
  type ServedSubgraphs,
} from '../../kit/federation.js';
import { mergeIncrementalResults } from '../../kit/merge-incremental-results.js';
import { graph, slowStock } from './graph.js';

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
beforeEach(() => void (served.requests.length = 0));

const ask = (query: string, variables?: Record<string, unknown>) => gateway.executeIncrementally({ query, variables });
const items = (later: readonly SubsequentResult[]) => later.flatMap(({ incremental }) => incremental);
const NAMES = ['1', '2', '3'].map((id) => ({ name: `product ${id}` }));

describe('a deferred fragment', () => {
  it('is delivered for each object of a list, with the label of the client', async () => {
    const { first, later } = await ask('{ products { name ... @defer(label: "weights") { weight } } }');
    expect(first).toEqual({ data: { products: NAMES } });
    expect(later).toEqual([
      {
        incremental: [100, 200, 300].map((weight, index) => ({ label: 'weights', path: ['products', index], data: { weight } })),
        hasNext: false,
      },
    ]);
  });

  it('keeps aliases, arguments from variables, and fields that are named like a key', async () => {
    const { first, later } = await ask(
      'query ($as: String!) { it: product(id: "1") { ...F @defer } } fragment F on Product { id: name called(as: $as) w: weight }',
      { as: 'a gift' },
    );
    expect(first).toEqual({ data: { it: {} } });
    expect(items(later)).toEqual([{ path: ['it'], data: { id: 'product 1', called: 'product 1 as a gift', w: 100 } }]);
  });

  it('with a null for a non-null field is null itself, and its object is not', async () => {
    const { first, later } = await ask('{ all: products { name ... @defer { id cost: price } } }');
    expect(first).toEqual({ data: { all: NAMES } });
    expect(items(later)).toMatchObject([
      { path: ['all', 0], data: { id: '1', cost: 10 } },
      { path: ['all', 1], data: null, errors: [{ message: 'no price for product 2', path: ['all', 1, 'cost'] }] },
      { path: ['all', 2], data: { id: '3', cost: 30 } },
    ]);
    expect(items(later).filter(({ errors }) => errors)).toHaveLength(1);
  });

  it('of an object that became null is not delivered', async () => {
    const { first, later } = await ask(
      '{ one: product(id: "1") { price ... @defer { weight } } two: product(id: "2") { price ... @defer { weight } } }',
    );
    expect(first).toMatchObject({ data: { one: { price: 10 }, two: null }, errors: [{ path: ['two', 'price'] }] });
    expect(items(later)).toEqual([{ path: ['one'], data: { weight: 100 } }]);
  });

  it('within another is delivered after it, for the objects of the other', async () => {
    const { first, later } = await ask(
      '{ product(id: "1") { name ... @defer(label: "a") { next { name ... @defer(label: "b") { weight next { id } } } } } }',
    );
    expect(first).toEqual({ data: { product: { name: 'product 1' } } });
    expect(items(later)).toEqual([
      { label: 'a', path: ['product'], data: { next: { name: 'product 2' } } },
      { label: 'b', path: ['product', 'next'], data: { weight: 200, next: { id: '3' } } },
    ]);
    expect(later.map(({ hasNext }) => hasNext).filter((hasNext) => !hasNext)).toEqual([false]);
    expect(later.at(-1)!.hasNext).toBe(false);
  });

  it('can be spread in several places with one label', async () => {
    const { first, later } = await ask(
      `{ one: product(id: "1") { ...F } three: product(id: "3") { ...F next { ...F } } }
      fragment F on Product { name ... @defer(label: "w") { weight } }`,
    );
    expect(first).toEqual({ data: { one: NAMES[0], three: { ...NAMES[2], next: null } } });
    expect(items(later).sort((a, b) => String(a.path).localeCompare(String(b.path)))).toEqual([
      { label: 'w', path: ['one'], data: { weight: 100 } },
      { label: 'w', path: ['three'], data: { weight: 300 } },
    ]);
  });

  it('can have root fields and introspection fields', async () => {
    const { first, later } = await ask(
      '{ product(id: "1") { name } ... @defer { products { id } __schema { queryType { name } } __typename } }',
    );
    expect(first).toEqual({ data: { product: NAMES[0] } });
    expect(items(later)).toEqual([
      {
        path: [],
        data: { products: [{ id: '1' }, { id: '2' }, { id: '3' }], __schema: { queryType: { name: 'Query' } }, __typename: 'Query' },
      },
    ]);
  });

  it('on a type is delivered for objects of that type only', async () => {
    const { first, later } = await ask('{ search { __typename ... on Product @defer { weight } ... on Note @defer { text } } }');
    expect(first).toEqual({ data: { search: [{ __typename: 'Product' }, { __typename: 'Note' }] } });
    expect(mergeIncrementalResults(first, later).data).toEqual({
      search: [
        { __typename: 'Product', weight: 100 },
        { __typename: 'Note', text: 'a note' },
      ],
    });
    expect(items(later)).toHaveLength(2);
  });

  it('can select fields of the initial result again', async () => {
    const { first, later } = await ask('{ products { name weight ... @defer { name weight maker { name } } } }');
    expect(items(later)[0]).toEqual({ path: ['products', 0], data: { name: 'product 1', weight: 100, maker: { name: 'maker 1' } } });
    expect(mergeIncrementalResults(first, later).errors).toEqual([]);
  });

  it('can need fields of another subgraph', async () => {
    const { first, later } = await ask('{ products { name ... @defer { cost days } } }');
    expect(first).toEqual({ data: { products: NAMES } });
    expect(items(later).map(({ data }) => data)).toEqual([200, 400, 600].map((cost) => ({ cost, days: 3 })));
  });

  it('without a field of its own is not delivered', async () => {
    const { first, later } = await ask('query ($v: Boolean!) { product(id: "1") { name ... @defer { id @include(if: $v) } } }', {
      v: false,
    });
    expect([first, later]).toEqual([{ data: { product: NAMES[0] } }, []]);
  });
});

describe('the condition of a @defer', () => {
  const query = 'query ($later: Boolean) { product(id: "1") { name ... @defer(if: $later) { weight } } }';
  it.each([
    [{ later: true }, 1],
    [{ later: false }, 0],
    [{}, 1],
  ])('is the value of its variable: %j', async (variables, parts) => {
    const { first, later } = await ask(query, variables);
    expect(later).toHaveLength(parts);
    expect(mergeIncrementalResults(first, later).data).toEqual({ product: { name: 'product 1', weight: 100 } });
  });

  it('is evaluated beside more conditions than an operation is planned for one by one', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const head = names.map((name) => `$${name}: Boolean!`).join(' ');
    const skipped = names.map((name) => `${name}: id @skip(if: $${name})`).join(' ');
    const { first, later } = await ask(
      `query (${head}) { product(id: "1") { ${skipped} ... @defer(if: $a) { weight price @include(if: $b) } } }`,
      {
        ...Object.fromEntries(names.map((name) => [name, true])),
        b: false,
      },
    );
    expect(first).toEqual({ data: { product: { b: '1' } } });
    expect(items(later)).toEqual([{ path: ['product'], data: { weight: 100 } }]);
  });
});

describe('the initial result', () => {
  it('waits for no request with deferred fields', async () => {
    await ask('{ products { name price ... @defer { weight } } }');
    const asked = served.requests
      .filter(({ subgraph }) => subgraph === 'prices')
      .map(({ query }) => [query.includes('price'), query.includes('weight')]);
    expect(asked.sort()).toEqual([
      [false, true],
      [true, false],
    ]);
  });

  it('does not delay the requests for deferred fields', async () => {
    slowStock.shut();
    const answer = ask('{ products { inStock ... @defer { weight } } }');
    const arrived = (name: string) => served.requests.some(({ subgraph }) => subgraph === name);
    while (!arrived('prices')) await new Promise((resolve) => setTimeout(resolve, 5));
    slowStock.open();
    const { first, later } = await answer;
    expect(first).toEqual({ data: { products: [{ inStock: 1 }, { inStock: 2 }, { inStock: 3 }] } });
    expect(items(later)).toHaveLength(3);
  });

  it('is complete for a client without incremental delivery', async () => {
    const query = '{ products { name ... @defer { weight } } }';
    const whole = { data: { products: NAMES.map((name, index) => ({ ...name, weight: (index + 1) * 100 })) } };
    for (let times = 0; times < 2; times++) {
      expect(await gateway.execute({ query })).toEqual(whole);
      const { first, later } = await ask(query);
      expect(mergeIncrementalResults(first, later).data).toEqual(whole.data);
    }
  });
});

describe('a mutation with a deferred payload', () => {
  it('runs its fields serially, once, and the deferred parts after them', async () => {
    const { first, later } = await ask(
      `mutation { a: write(text: "x") { text ... @defer { product { weight } } }
        ship(id: "2") { name ... @defer { days } } b: write(text: "y") { text } }`,
    );
    expect(first).toEqual({ data: { a: { text: 'x' }, ship: { name: 'product 2' }, b: { text: 'y' } } });
    expect(mergeIncrementalResults(first, later).data).toEqual({
      a: { text: 'x', product: { weight: 100 } },
      ship: { name: 'product 2', days: 3 },
      b: { text: 'y' },
    });
    expect(served.requests.filter(({ query }) => query.startsWith('mutation'))).toHaveLength(3);
  });
});

describe('a planner that fails on deferred fragments', () => {
  it('makes the response complete, and is reported', async () => {
    const faults: string[] = [];
    const failing = await createFederationGateway(served.supergraph, {
      onUndeferred: ({ message }) => void faults.push(message),
      planner: async (sdl) => {
        const planner = await createLocalPlanner(sdl);
        return {
          ...planner,
          plan: async (text, name) => {
            if (text.includes('@defer')) throw new PlanningError('It does not.');
            return planner.plan(text, name);
          },
        };
      },
    });
    for (let times = 0; times < 2; times++)
      expect(await failing.executeIncrementally({ query: '{ product(id: "1") { name ... @defer { weight } } }' })).toEqual({
        first: { data: { product: { name: 'product 1', weight: 100 } } },
        later: [],
      });
    expect(faults).toEqual(['It does not.']);
    await failing.close();
  });
});
