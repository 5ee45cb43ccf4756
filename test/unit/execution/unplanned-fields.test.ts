import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import { createLocalPlanner } from '../../../gateway/planning/local-planner.js';
import type { Planner } from '../../../gateway/planning/planner.js';
import { mapAllFetches } from '../../../gateway/planning/map-fetches.js';
import { createFederationGateway, serveSubgraphs, type IncrementalGateway, type ServedSubgraphs } from '../../kit/federation.js';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", ' +
  'import: ["@key", "@external", "@requires", "@interfaceObject", "@context", "@fromContext"])';

const shops = [
  { __typename: 'Shop', id: '1', name: 'Books', street: 'Main', licence: { id: 'l1' } },
  { __typename: 'Stall', id: '2', name: 'Fruit' },
  { __typename: 'Shop', id: 'unknown', name: 'Ghost', street: null },
];
const SUBGRAPHS = {
  town: {
    typeDefs: `${LINK}
      type Query { shop: Shop sellers: [Seller!]! anything: [Thing] }
      type Mutation { open: Shop }
      interface Seller { id: ID! name: String }
      union Thing = Shop | Stall
      type Shop implements Seller @key(fields: "id") { id: ID! name: String street: String licence: Licence }
      type Licence @key(fields: "id") { id: ID! }
      type Stall implements Seller @key(fields: "id") { id: ID! name: String }`,
    resolvers: {
      Query: { shop: () => shops[0], sellers: () => shops, anything: () => [...shops, null] },
      Mutation: { open: () => shops[0] },
    },
  },
  trade: {
    typeDefs: `${LINK}
      type Shop @key(fields: "id") @context(name: "shop") {
        id: ID!
        street: String @external
        founded: String @external
        owner: String @external
        licence: Licence @external
        profit: Int
        tax: Int!
        rival: Stall
        sign: String @requires(fields: "street")
        greeting: String @requires(fields: "owner")
        stamp: String @requires(fields: "licence { number }")
      }
      type Licence @key(fields: "id") { id: ID! number: String @external }
      type Till @key(fields: "id") {
        id: ID!
        place(street: String @fromContext(field: "$shop { street }")): String
        age(founded: String @fromContext(field: "$shop { founded }")): String
      }
      type Stall @key(fields: "id") { id: ID! profit: Int }`,
    resolvers: {
      Shop: {
        __resolveReference: ({ id, ...rest }: { id: string }) => (id === 'unknown' ? null : { id, ...rest }),
        profit: () => 5,
        tax: () => 2,
        sign: ({ street }: { street?: string }) => `in ${street}`,
        rival: () => ({ id: '2' }),
        greeting: ({ owner }: { owner?: string }) => `Hello ${owner}`,
        stamp: ({ licence }: { licence?: { number?: string } }) => `No. ${licence?.number}`,
      },
      Stall: { __resolveReference: ({ id }: { id: string }) => ({ id }), profit: () => 3 },
      Till: {
        place: (_: object, { street }: { street?: string }) => `at ${street}`,
        age: (_: object, { founded }: { founded?: string }) => `since ${founded}`,
      },
    },
  },
  registry: {
    typeDefs: `${LINK}
      type Shop @key(fields: "id") { id: ID! owner: String till: Till }
      type Till @key(fields: "id") { id: ID! }
      type Licence @key(fields: "id") { id: ID! number: String }`,
    resolvers: { Shop: { owner: () => 'Ann', till: () => ({ id: 't' }) }, Licence: { number: () => '7' } },
  },
  archive: { typeDefs: `${LINK} type Shop @key(fields: "id") { id: ID! founded: String }`, url: 'http://127.0.0.1:1/archive' },
};

let served: ServedSubgraphs;
let gateway: IncrementalGateway;
/** The plan that the gateway executes in place of the planner's. */
let change: (plan: QueryPlan) => QueryPlan;
beforeAll(async () => {
  served = await serveSubgraphs(SUBGRAPHS);
  const planner = async (supergraph: string): Promise<Planner> => {
    const local = await createLocalPlanner(supergraph, { typeConditionedFetching: true, defer: true });
    return { ...local, plan: async (...request) => change(await local.plan(...request)) };
  };
  gateway = await createFederationGateway(served.supergraph, { planner });
});
afterAll(async () => {
  await gateway.close();
  await served.close();
});
beforeEach(() => {
  change = (plan) => plan;
});

/** Removes the fetches of a subgraph, as a planner that loses them. */
const withoutFetchesOf =
  (subgraph: string) =>
  ({ node, ...plan }: QueryPlan): QueryPlan => {
    const keep = (child: PlanNode): PlanNode[] => {
      if (child.kind === 'Fetch') return child.serviceName === subgraph ? [] : [child];
      if (child.kind === 'Flatten') return keep(child.node).length > 0 ? [child] : [];
      return child.kind === 'Sequence' || child.kind === 'Parallel' ? [{ ...child, nodes: child.nodes.flatMap(keep) }] : [child];
    };
    return { ...plan, node: node && node.kind !== 'Subscription' ? keep(node)[0] : node };
  };

/** Runs the last two fetches of a plan in the other order, as a planner that loses a dependency. */
const withLastTwoSwapped = ({ node, ...plan }: QueryPlan): QueryPlan => {
  if (node?.kind !== 'Sequence') throw new Error('The plan is no sequence.');
  const [last, before, ...others] = [...node.nodes].reverse();
  return { ...plan, node: { ...node, nodes: [...others.reverse(), last!, before!] } };
};

/** Removes a selection from the text of each fetch. */
const without = (text: string) => (plan: QueryPlan) =>
  mapAllFetches(plan, (fetch) => ({ ...fetch, operation: fetch.operation.replace(text, '') }));

/** Adds a comment, so that each test has a plan of its own. */
const execute = (query: string) => gateway.execute({ query: `# ${expect.getState().currentTestName}\n${query}` });

const unplanned = (...path: (string | number)[]) => expect.objectContaining({ path, extensions: { code: 'INTERNAL_SERVER_ERROR' } });

describe('a field that the plan has lost', () => {
  it('is null with an error at its path', async () => {
    change = withoutFetchesOf('trade');
    const { data, errors } = await execute('{ shop { name profit } }');
    expect(data).toEqual({ shop: { name: 'Books', profit: null } });
    expect(errors).toEqual([unplanned('shop', 'profit')]);
  });

  it('has the path of the alias, and an error for each object of a list', async () => {
    change = withoutFetchesOf('trade');
    const { data, errors } = await execute('{ sellers { ... on Shop { gain: profit } ... on Stall { name } } }');
    expect(data).toEqual({ sellers: [{ gain: null }, { name: 'Fruit' }, { gain: null }] });
    expect(errors).toEqual([unplanned('sellers', 0, 'gain'), unplanned('sellers', 2, 'gain')]);
  });

  it('makes a non-null parent null with that error only', async () => {
    change = withoutFetchesOf('trade');
    const { data, errors } = await execute('{ shop { name tax } }');
    expect(data).toEqual({ shop: null });
    expect(errors).toEqual([unplanned('shop', 'tax')]);
  });

  it('is an error of a mutation, too', async () => {
    change = withoutFetchesOf('trade');
    const { errors } = await execute('mutation { open { name profit } }');
    expect(errors).toEqual([unplanned('open', 'profit')]);
  });

  it('is found for one type of several', async () => {
    change = without('...on Stall{profit}');
    const { data, errors } = await execute('{ anything { ... on Shop { profit } ... on Stall { profit } } }');
    expect(data).toEqual({ anything: [{ profit: 5 }, { profit: null }, { profit: null }, null] });
    expect(errors).toEqual([unplanned('anything', 1, 'profit')]);
  });
});

describe('a required value that the plan has lost', () => {
  it('is an error of the field that requires it, and the subgraph gets no representation without it', async () => {
    change = without(' street');
    served.requests.length = 0;
    const { data, errors } = await execute('{ shop { sign name } }');
    expect(data).toEqual({ shop: { sign: null, name: 'Books' } });
    expect(errors).toEqual([unplanned('shop', 'sign')]);
    expect(served.requests.map(({ subgraph }) => subgraph)).toEqual(['town']);
  });
});

describe('a fetch that runs before the fetch of what it requires', () => {
  it.each([
    ['a required field', '{ shop { greeting name } }', 'greeting', 'Hello Ann'],
    ['a field of a required object', '{ shop { stamp name } }', 'stamp', 'No. 7'],
  ])('is an error if it lacks %s, and the subgraph gets no representation without it', async (_, query, field, value) => {
    expect(await execute(query)).toEqual({ data: { shop: { [field]: value, name: 'Books' } } });
    change = withLastTwoSwapped;
    served.requests.length = 0;
    const { data, errors } = await execute(`# in another order\n${query}`);
    expect(data).toEqual({ shop: { [field]: null, name: 'Books' } });
    expect(errors).toEqual([unplanned('shop', field)]);
    expect(served.requests.map(({ subgraph }) => subgraph)).toEqual(['town', 'registry']);
  });
});

describe('an argument from a context', () => {
  it('is an error of its field if no fetch brings the value', async () => {
    const query = '{ shop { till { place } name } }';
    expect(await execute(query)).toEqual({ data: { shop: { till: { place: 'at Main' }, name: 'Books' } } });
    change = without(' street');
    const { data, errors } = await execute(`# without the street\n${query}`);
    expect(data).toEqual({ shop: { till: { place: null }, name: 'Books' } });
    expect(errors).toEqual([unplanned('shop', 'till', 'place')]);
  });

  it('is an error of its field if the fetch of the value fails', async () => {
    served.requests.length = 0;
    const { data, errors } = await execute('{ shop { till { age } name } }');
    expect(data).toEqual({ shop: { till: { age: null }, name: 'Books' } });
    expect(errors).toEqual([expect.objectContaining({ path: ['shop', 'till', 'age'] })]);
    expect(served.requests.map(({ subgraph }) => subgraph)).toEqual(['town', 'registry']);
  });
});

describe('a null that is right', () => {
  it.each([
    [
      'of an entity that the subgraph does not know',
      '{ sellers { ... on Shop { profit } } }',
      { sellers: [{ profit: 5 }, {}, { profit: null }] },
    ],
    [
      'below skipped fields and types that do not match',
      '{ anything { ... on Stall { name profit } ... on Shop { profit @skip(if: true) other: __typename } } }',
      { anything: [{ other: 'Shop' }, { name: 'Fruit', profit: 3 }, { other: 'Shop' }, null] },
    ],
    ['of a required value', '{ sellers { ... on Shop { sign } } }', { sellers: [{ sign: 'in Main' }, {}, { sign: null }] }],
    ['of an entity behind another', '{ shop { rival { name profit } } }', { shop: { rival: { name: null, profit: 3 } } }],
  ])('%s is no error', async (_, query, data) => {
    const result = await execute(query);
    expect(result.errors).toBeUndefined();
    expect(result.data).toEqual(data);
  });
});
