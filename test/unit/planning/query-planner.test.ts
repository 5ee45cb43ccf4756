import { readdirSync, readFileSync } from 'node:fs';
import { QueryPlanner, type FetchNode, type PlanNode, type QueryPlan, type SubscriptionNode } from '@apollo/query-planner';
import { jest } from '@jest/globals';
import { getOperationAST, GraphQLError, parse, printSchema, validate } from 'graphql';
import { createLocalPlanner } from '../../../gateway/planning/local-planner.js';
import { PlanningError, type Planner, type PlannerOptions } from '../../../gateway/planning/planner.js';
import { apiSchema } from '../../../gateway/supergraph/api-schema.js';
import { compose } from '../../../gateway/supergraph/compose.js';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", ' +
  'import: ["@key", "@shareable", "@authenticated", "@inaccessible", "@external", "@requires"])';
const subgraph = (name: string, sdl: string) => ({ name, url: `http://${name}`, sdl: `${link}\n${sdl}` });
const small = compose([
  subgraph(
    'users',
    `type Query implements Named { user(id: ID): User me: User @authenticated name: String }
     type Mutation { rename(name: String!): Renamed }
     interface Named { name: String }
     type Renamed { user: User query: Query }
     type Subscription { userChanged: User }
     type User implements Named @key(fields: "id") { id: ID! name: String secret: String @inaccessible }`,
  ),
  subgraph('posts', 'type Query { posts: [User] } type User @key(fields: "id") { id: ID! posts: [String] }'),
]);

/** The texts of a plan's fetches, each behind the name of its subgraph, in the order of the plan. */
function fetches(node: QueryPlan['node'] | PlanNode): string[] {
  const say = ({ serviceName, operation }: FetchNode) => [`${serviceName}: ${operation}`];
  switch (node?.kind) {
    case undefined:
      return [];
    case 'Fetch':
      return say(node);
    case 'Flatten':
      return fetches(node.node);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(fetches);
    case 'Subscription':
      return [...say(node.primary), ...fetches(node.rest)];
    case 'Condition':
      return [...fetches(node.ifClause), ...fetches(node.elseClause)];
    case 'Defer':
      return [...fetches(node.primary.node), ...node.deferred.flatMap((deferred) => fetches(deferred.node))];
  }
}

async function planned(operation: string, options?: PlannerOptions): Promise<QueryPlan> {
  const planner = await createLocalPlanner(small, options);
  expect(validate(planner.apiSchema, parse(operation))).toEqual([]);
  return planner.plan(operation, undefined);
}

const ENTITY = 'posts: query($representations:[_Any!]!){_entities(representations:$representations){...on User{posts}}}';

describe('a plan', () => {
  it('fetches from one subgraph after another, and is plain data', async () => {
    const plan = await planned('{ me { name posts } }');
    expect(fetches(plan.node)).toEqual(['users: {me{__typename id name}}', ENTITY]);
    expect(structuredClone(plan)).toEqual(plan);
  });

  it('is made for the named operation', async () => {
    const planner = await createLocalPlanner(small);
    const plan = await planner.plan('query A { me { id } } query B { posts { id } }', 'B');
    expect(fetches(plan.node)).toEqual(['posts: query B__posts__0{posts{id}}']);
    await expect(planner.plan('query A { me { id } } query B { posts { id } }', undefined)).rejects.toThrow(PlanningError);
    await expect(planner.plan('query A { me { id } }', 'C')).rejects.toThrow(PlanningError);
  });

  it('of a subscription has a first fetch and the fetches of each event, and ignores @defer', async () => {
    for (const operation of [
      'subscription { userChanged { name posts } }',
      'subscription { userChanged { name ...F @defer } } fragment F on User { posts }',
    ]) {
      const { node } = await planned(operation);
      expect(node?.kind).toBe('Subscription');
      expect((node as SubscriptionNode).primary.operationKind).toBe('subscription');
      expect(fetches((node as SubscriptionNode).rest)).toEqual([ENTITY]);
    }
  });

  it('sends no named fragments to subgraphs', async () => {
    const plan = await planned('{ me { ...F } user { ...F } } fragment F on User { id name }');
    expect(fetches(plan.node)).toEqual(['users: {me{id name}user{id name}}']);
  });

  it('has Defer nodes for @defer, unless that is switched off', async () => {
    const operation = '{ me { name ... @defer { posts } } }';
    expect((await planned(operation)).node?.kind).toBe('Defer');
    const planner = await createLocalPlanner(small, { defer: false });
    expect(validate(planner.apiSchema, parse(operation)).map(({ message }) => message)).toEqual(['Unknown directive "@defer".']);
    expect((await planner.plan(operation, undefined)).node?.kind).toBe('Sequence');
  });
});

describe('a deferred part of a plan', () => {
  const shop = compose([
    subgraph(
      'catalog',
      `type Query { things: [Thing] } union Thing = Item | Note union Other = Item | Note type Note { text: String }
       type Item @key(fields: "id") { id: ID! name: String }`,
    ),
    subgraph('weights', 'type Item @key(fields: "id") { id: ID! weight: Int }'),
    subgraph(
      'shipping',
      `type Box { item: Item }
       type Item @key(fields: "id") { id: ID! weight: Int @external box: Box cost: Int @requires(fields: "weight") }`,
    ),
  ]);
  const parts = async (operation: string) => {
    const { node } = await (await createLocalPlanner(shop)).plan(operation, undefined);
    if (node?.kind !== 'Defer') throw new Error('nothing is deferred');
    return { first: fetches(node.primary.node), later: node.deferred.flatMap((part) => fetches(part.node)) };
  };

  it('fetches the required fields of other subgraphs, also for nested objects', async () => {
    const { first, later } = await parts('{ things { ... on Item @defer(label: "a") { box { item { cost } } } } }');
    expect(first.map((text) => text.split(':')[0])).toEqual(['catalog']);
    expect(later.map((text) => text.split(':')[0])).toEqual(['shipping', 'weights', 'shipping']);
  });

  it('can have nested fragments on different types', async () => {
    const { later } = await parts(
      '{ things { ... @defer(label: "a") { ... on Other { ... @defer(label: "b") { ... on Item { weight } } ... on Note { text } } } } }',
    );
    expect(later.some((text) => text.includes('weight'))).toBe(true);
  });
});

describe('introspection', () => {
  it.each([
    '{ __typename }',
    '{ __schema { queryType { name } } again: __type(name: "User") { name } }',
    'query($v: Boolean!) { ... @include(if: $v) { __schema { queryType { name } } } }',
    'query($n: String!) { ...F } fragment F on Query { __type(name: $n) { name } __typename }',
    'mutation { __typename }',
  ])('alone needs no fetch: %s', async (operation) => {
    expect(await planned(operation)).toEqual({ kind: 'QueryPlan' });
  });

  it('is removed from the fetches of other fields', async () => {
    for (const operation of [
      '{ me { id } __typename __schema { queryType { name } } }',
      'query($n: String!) { me { id } ...F } fragment F on Query { __type(name: $n) { name } }',
    ])
      expect(fetches((await planned(operation)).node)).toEqual(['users: {me{id}}']);
  });

  it('in a fragment with a condition does not prevent the plan of the other fields', async () => {
    const plan = await planned('query($v: Boolean!) { ... @include(if: $v) { me { id } __schema { queryType { name } } } }');
    expect(fetches(plan.node)).toEqual(['users: {...{me{id}}}']);
  });

  it('below a mutation keeps the Query in the plan', async () => {
    const plan = await planned('mutation { rename(name: "a") { query { ... on Query { __schema { queryType { name } } } } } }');
    expect(fetches(plan.node)).toEqual(['users: mutation{rename(name:"a"){query{__typename}}}']);
  });
});

describe('an empty plan', () => {
  it.each([
    '{ me @skip(if: true) { id } }',
    '{ ...F @include(if: false) } fragment F on Query { me { id } }',
    'query($v: Boolean!) { me @skip(if: $v) @include(if: $v) { id } }',
    'query($v: Boolean!) { ... @include(if: $v) { me @skip(if: $v) { id } } __typename }',
    '{ ... on Named { ... on User { posts } } }',
    'mutation { rename(name: "a") @skip(if: true) { user { id } } }',
  ])('is correct if nothing can be fetched: %s', async (operation) => {
    expect(await planned(operation)).toEqual({ kind: 'QueryPlan' });
  });
});

describe('an operation that cannot be planned', () => {
  it('is reported also if the planner itself reports nothing or fails', async () => {
    const planner = await createLocalPlanner(small);
    const build = jest.spyOn(QueryPlanner.prototype, 'buildQueryPlan');
    build.mockReturnValueOnce({ kind: 'QueryPlan' });
    await expect(planner.plan('{ ... on Named { name } }', undefined)).rejects.toThrow(PlanningError);
    build.mockImplementationOnce(() => {
      throw new Error('No options.');
    });
    await expect(planner.plan('{ me { id } }', undefined)).rejects.toThrow('The planner failed: No options.');
    build.mockRestore();
  });

  it('is a client error if it defers fields of a mutation', async () => {
    const planner = await createLocalPlanner(small);
    const error = await planner.plan('mutation { ... @defer { rename(name: "a") { user { id } } } }', undefined).catch((reason) => reason);
    expect(error).toBeInstanceOf(GraphQLError);
    expect(error.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('is refused if it needs a thousand requests', async () => {
    const far = compose([
      subgraph('a', 'type Query { node: Node } type Node @key(fields: "id") { id: ID! left: Node right: Node }'),
      subgraph('b', 'type Node @key(fields: "id") { id: ID! b: Int }'),
    ]);
    const planner = await createLocalPlanner(far);
    const fragments = (depth: number) =>
      Array.from({ length: depth }, (_, n) => `fragment F${n} on Node { left { ...F${n + 1} } right { ...F${n + 1} } }`).join(' ');
    const operation = (depth: number) => `{ node { ...F0 } } ${fragments(depth)} fragment F${depth} on Node { b }`;
    expect(fetches((await planner.plan(operation(9), undefined)).node)).toHaveLength(1 + 2 ** 9);
    const error = await planner.plan(operation(10), undefined).catch((reason) => reason);
    expect(error.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('is refused with a supergraph that is invalid or needs an unsupported feature', async () => {
    await expect(createLocalPlanner('type Query { a: Int }')).rejects.toThrow('must be a core schema');
    await expect(createLocalPlanner('garbage')).rejects.toThrow('Syntax Error');
    const demanding = small.replace('schema\n', 'schema @link(url: "https://specs.example.org/odd/v1.0", for: SECURITY)\n');
    await expect(createLocalPlanner(demanding)).rejects.toThrow('does not support: https://specs.example.org/odd/v1.0 (for: SECURITY)');
  });
});

describe('on the supergraph of the platform', () => {
  const supergraph = readFileSync('gateway/supergraph.graphql', 'utf8');
  let planner: Planner;
  beforeAll(async () => {
    planner = await createLocalPlanner(supergraph);
  });

  it('has the API schema for clients', () => {
    expect(printSchema(planner.apiSchema)).toBe(printSchema(apiSchema(supergraph)));
  });

  it.each(readdirSync('test/contract/operations'))('plans %s', async (file) => {
    const document = readFileSync(`test/contract/operations/${file}`, 'utf8');
    const { name } = getOperationAST(parse(document))!;
    expect(fetches((await planner.plan(document, name?.value)).node).length).toBeGreaterThan(0);
  });
});
