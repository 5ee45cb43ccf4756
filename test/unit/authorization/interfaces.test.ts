import { ANYONE, ask, composed, MEMBER } from './graph.js';

const supergraph = composed(`
  type Query { posts: [Post] item: Item closed: [Locked] }
  type Mutation { post: Post }
  interface Post { id: ID title: String author: User }
  type Open implements Post { id: ID title: String author: User }
  type Half implements Post { id: ID title: String @authenticated author: User }
  type Private implements Post @authenticated { id: ID title: String author: User secret: Int }
  interface Locked { id: ID }
  type Safe implements Locked @authenticated { id: ID }
  type Vault implements Locked @authenticated { id: ID }
  union Item = Open | Private | User
  type User { name: String posts: [Post] }
`);

describe('an interface whose implementations have different requirements', () => {
  it('is refused if fields of the interface itself are selected', () => {
    expect(ask(supergraph, '{ posts { id } }', ANYONE)).toEqual({ remains: null, refused: { posts: ['Query'] } });
    expect(ask(supergraph, '{ posts { ... on Post { ...P } } } fragment P on Post { id }', ANYONE)).toEqual({
      remains: null,
      refused: { posts: ['Query'] },
    });
    expect(ask(supergraph, '{ posts { id title } }', MEMBER)).toBe('all');
  });

  it('is checked for each implementation if the selection has type conditions', () => {
    const operation = '{ posts { __typename ... on Open { id title } ... on Half { id title } ... on Private { id __typename } } }';
    expect(ask(supergraph, operation, ANYONE)).toEqual({
      remains: '{ posts { __typename ... on Open { id title } ... on Half { id } } }',
      refused: { 'posts.title': ['Half'], 'posts.id': ['Private'], 'posts.__typename': ['Private'] },
    });
  });

  it('is checked for the possible types if the interface is a condition within a narrower one', () => {
    const operation = '{ posts { ... on Open { ...P } ... on Half { ...P } } } fragment P on Post { title }';
    expect(ask(supergraph, operation, ANYONE)).toEqual({
      remains: '{ posts { ... on Open { ... on Post { title } } } }',
      refused: { 'posts.title': ['Half'] },
    });
  });

  it('is not refused as a whole for a field that may be skipped', () => {
    const operation = 'query ($x: Boolean!) { posts { id @include(if: $x) ... on Open { title } } }';
    expect(ask(supergraph, operation, ANYONE)).toEqual({
      remains: '{ posts { ... on Open { title } } }',
      refused: { 'posts.id': ['Half', 'Open', 'Private'] },
    });
  });

  it('is checked at each path for everything that is selected there', () => {
    const operation = `query ($x: Boolean!) {
      a: posts { title @include(if: $x) ... on Open { ...P } }
      b: posts { ... on Open { ...P } }
    } fragment P on Open { title }`;
    expect(ask(supergraph, operation, ANYONE)).toEqual({
      remains: '{ a: posts { __typename } b: posts { ... on Open { ... on Open { title } } } }',
      refused: { 'a.title': ['Half', 'Open', 'Private'] },
    });
  });

  it('is refused for all selections of one response path', () => {
    const operation = 'mutation { post { ... on Open { id } } post { id } }';
    expect(ask(supergraph, operation, ANYONE)).toEqual({ remains: null, refused: { post: ['Mutation'] } });
  });
});

describe('an interface whose implementations have the same requirements', () => {
  it('is refused for any selection', () => {
    for (const selection of ['id', '__typename', '... on Safe { id }'])
      expect(ask(supergraph, `{ closed { ${selection} } }`, ANYONE)).toEqual({ remains: null, refused: { closed: ['Query'] } });
  });
});

describe('a union', () => {
  it('is checked for each member', () => {
    expect(
      ask(supergraph, '{ item { __typename ... on Private { secret } ... on User { name posts { ... on Open { id } } } } }', ANYONE),
    ).toEqual({
      remains: '{ item { __typename ... on User { name posts { ... on Open { id } } } } }',
      refused: { 'item.secret': ['Private'] },
    });
    expect(ask(supergraph, '{ item { ... on Private { secret } } }', ANYONE)).toEqual({
      remains: '{ item { __typename } }',
      refused: { 'item.secret': ['Private'] },
    });
  });
});

describe('an interface with requirements in an older supergraph', () => {
  const older = supergraph.replace(/(interface Post[^}]*author: User)/, '$1 @authenticated');

  it('applies them to every selection of its implementations', () => {
    expect(older).toMatch(/author: User @authenticated/);
    expect(ask(older, '{ posts { ... on Open { id author { name } } } item { ... on Open { author { name } } } }', ANYONE)).toEqual({
      remains: '{ posts { ... on Open { id } } item { __typename } }',
      refused: { 'posts.author': ['Open'], 'item.author': ['Open'] },
    });
  });
});

describe('an implementation with a narrower field type', () => {
  const narrowing = composed(`
    type Query { nodes: [Node] }
    interface Node { owner: Actor }
    interface Actor { name: String }
    type Person implements Actor { name: String }
    type Robot implements Actor @authenticated { name: String }
    type Letter implements Node { owner: Person }
    type Program implements Node { owner: Robot }
  `);

  it('is checked for the narrower type', () => {
    const operation = '{ nodes { ... on Letter { owner { name } } ... on Program { owner { name } } } }';
    expect(ask(narrowing, operation, ANYONE)).toEqual({
      remains: '{ nodes { ... on Letter { owner { name } } } }',
      refused: { 'nodes.owner': ['Program'] },
    });
  });
});
