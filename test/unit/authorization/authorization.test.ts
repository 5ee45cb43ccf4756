import { parse, type OperationDefinitionNode } from 'graphql';
import { Authorization } from '../../../gateway/authorization/authorization.js';
import { ANYONE, apiSchema, ask, composed, MEMBER, remainderOf, withPolicies, withScopes } from './graph.js';
import { GENEROUS_MS } from '../../kit/eventually.js';

const supergraph = composed(`
  type Query {
    me: User @authenticated
    user(id: ID): User
    users(filter: Filter): [User]
    account: Account
    hue: Hue
    code: Code
    count: Int
  }
  type Mutation { rename(name: String): User remove: Boolean @requiresScopes(scopes: [["admin"], ["write", "remove"]]) }
  type Subscription { renamed: User removed: ID @authenticated }
  input Filter { name: String }
  type User {
    id: ID!
    name(upper: Boolean): String
    mail: String @policy(policies: [["staff"]])
    phone: String @authenticated
    friends: [User]
    account: Account
  }
  type Account @authenticated { number: Int owner: User }
  enum Hue @authenticated { RED }
  scalar Code @requiresScopes(scopes: [["code"]])
`);

describe('a reader who may see all', () => {
  it('gets the whole operation', () => {
    expect(ask(supergraph, '{ me { name } hue account { number } }', MEMBER)).toBe('all');
    expect(ask(supergraph, '{ code }', withScopes('code'))).toBe('all');
    expect(ask(supergraph, '{ user { mail } }', withPolicies('staff'))).toBe('all');
    expect(ask(supergraph, 'mutation { remove }', withScopes('write', 'remove'))).toBe('all');
  });

  it('costs nothing where the operation demands nothing', () => {
    const document = parse('{ user { name friends { id } } __schema { queryType { name } } }');
    const authorization = Authorization.of(supergraph, apiSchema(supergraph))!;
    expect(authorization.demandsOf(document, document.definitions[0] as OperationDefinitionNode)).toBeNull();
    expect(Authorization.of(composed('type Query { a: Int }'), apiSchema(composed('type Query { a: Int }')))).toBeNull();
  });
});

describe('a reader who lacks something', () => {
  it.each([
    ['a field', '{ me { name } count }', '{ count }', { me: ['Query'] }],
    ['an object type', '{ account { number } count }', '{ count }', { account: ['Query'] }],
    ['an enum', '{ hue count }', '{ count }', { hue: ['Query'] }],
    ['a scalar', '{ code count }', '{ count }', { code: ['Query'] }],
    ['a nested field', '{ users { name phone } }', '{ users { name } }', { 'users.phone': ['User'] }],
    ['an aliased field', '{ a: users { phone: id b: phone } }', '{ a: users { phone: id } }', { 'a.b': ['User'] }],
  ])('does not get %s', (_, operation, remains, refused) => {
    expect(ask(supergraph, operation, ANYONE)).toEqual({ remains, refused });
  });

  it('fetches nothing where nothing remains', () => {
    expect(ask(supergraph, '{ me { name } hue }', ANYONE)).toEqual({ remains: null, refused: { me: ['Query'], hue: ['Query'] } });
  });

  it('still gets an object all of whose fields are refused', () => {
    expect(ask(supergraph, '{ users { phone } }', ANYONE)).toEqual({
      remains: '{ users { __typename } }',
      refused: { 'users.phone': ['User'] },
    });
  });

  it('needs one of the alternatives in full', () => {
    const mutation = 'mutation { remove }';
    expect(ask(supergraph, mutation, withScopes('write'))).toEqual({ remains: null, refused: { remove: ['Mutation'] } });
    expect(ask(supergraph, mutation, withScopes('admin'))).toBe('all');
  });

  it('runs the other fields of a mutation', () => {
    expect(ask(supergraph, 'mutation { a: rename(name: "x") { account { number } } b: remove }', MEMBER)).toEqual({
      remains: 'mutation { a: rename(name: "x") { account { number } } }',
      refused: { b: ['Mutation'] },
    });
  });

  it('gets no subscription to what is refused, and events without what is refused in them', () => {
    expect(ask(supergraph, 'subscription { removed }', ANYONE)).toEqual({ remains: null, refused: { removed: ['Subscription'] } });
    expect(ask(supergraph, 'subscription { renamed { id phone } }', ANYONE)).toEqual({
      remains: 'subscription { renamed { id } }',
      refused: { 'renamed.phone': ['User'] },
    });
  });

  it('sends no variables that nothing uses', () => {
    const operation = `query ($id: ID, $name: String, $upper: Boolean, $x: Boolean!, $y: Boolean!) {
      user(id: $id) { name(upper: $upper) phone @include(if: $x) friends @skip(if: $y) { id } account { owner { name(upper: $upper) } } }
      account { owner { id } }
    }`;
    const sent = 'query ($id: ID, $upper: Boolean, $y: Boolean!) { user(id: $id) { name(upper: $upper) friends @skip(if: $y) { id } } }';
    expect(ask(supergraph, operation, ANYONE)).toMatchObject({ remains: sent });
    expect(ask(supergraph, 'query ($name: String) { users(filter: { name: $name }) { phone } }', ANYONE)).toMatchObject({
      remains: 'query ($name: String) { users(filter: {name: $name}) { __typename } }',
    });
  });
});

describe('fragments', () => {
  it('are judged at each place where they stand', () => {
    const operation = '{ users { ...U friends { ...U } } account { owner { ...U } } } fragment U on User { id phone }';
    expect(ask(supergraph, operation, ANYONE)).toEqual({
      remains: '{ users { ... on User { id } friends { ... on User { id } } } }',
      refused: { 'users.phone': ['User'], 'users.friends.phone': ['User'], account: ['Query'] },
    });
  });

  it('disappear where nothing of them remains', () => {
    const operation = 'query ($x: Boolean!) { users { id ...U @include(if: $x) ... { phone } } } fragment U on User { phone }';
    expect(ask(supergraph, operation, ANYONE)).toMatchObject({ remains: '{ users { id } }' });
  });

  it('keep their directives', () => {
    const operation =
      'query ($x: Boolean!) { users { phone ...U @include(if: $x) ... @defer(label: "d") { id } } } fragment U on User { id }';
    expect(ask(supergraph, operation, ANYONE)).toMatchObject({
      remains: 'query ($x: Boolean!) { users { ... on User @include(if: $x) { id } ... @defer(label: "d") { id } } }',
    });
  });

  it('that spread each other very often are read in no time', () => {
    const levels = Array.from(
      { length: 40 },
      (_, level) => `fragment F${level} on User { ...F${level + 1} ...F${level + 1} @include(if: $x) }`,
    );
    const operation = `query ($x: Boolean!) { users { ...F0 } } ${levels.join(' ')} fragment F40 on User { name mail phone }`;
    const start = performance.now();
    expect(Object.fromEntries(remainderOf(supergraph, operation, MEMBER)!.refused)).toEqual({ 'users.mail': new Set(['User']) });
    expect(performance.now() - start).toBeLessThan(GENEROUS_MS);
  });
});

describe('conditions', () => {
  it('make a field that is never taken no error', () => {
    expect(ask(supergraph, '{ count me @skip(if: true) { name } }', ANYONE)).toBe('all');
    expect(ask(supergraph, '{ hue count me @include(if: false) { name } }', ANYONE)).toEqual({
      remains: '{ count }',
      refused: { hue: ['Query'] },
    });
  });

  it('that depend on variables leave what is refused to whoever knows them', () => {
    expect(ask(supergraph, 'query ($x: Boolean!) { count me @skip(if: $x) { name } }', ANYONE)).toEqual({
      remains: '{ count }',
      refused: { me: ['Query'] },
    });
  });
});

describe('what introspection and __typename tell', () => {
  it('is free', () => {
    expect(
      ask(supergraph, '{ __typename __type(name: "Account") { ...T } me { id } } fragment T on __Type { name fields { name } }', ANYONE),
    ).toEqual({
      remains: '{ __typename __type(name: "Account") { ... on __Type { name fields { name } } } }',
      refused: { me: ['Query'] },
    });
    expect(ask(supergraph, '{ user { __typename } }', ANYONE)).toBe('all');
  });
});

describe('names of objects’ own properties', () => {
  it('are names like any other', () => {
    expect(ask(supergraph, '{ __proto__: me { id } constructor: users { toString: phone valueOf: id } }', ANYONE)).toEqual({
      remains: '{ constructor: users { valueOf: id } }',
      refused: Object.fromEntries([
        ['__proto__', ['Query']],
        ['constructor.toString', ['User']],
      ]),
    });
  });
});

describe('outcomes', () => {
  const document = parse('{ me { mail } users { mail phone } code }');
  const demands = () =>
    Authorization.of(supergraph, apiSchema(supergraph))!.demandsOf(document, document.definitions[0] as OperationDefinitionNode)!;

  it('are the same object for readers who lack the same', () => {
    const { authorize } = { authorize: (credentials: typeof ANYONE) => operation.authorize(credentials) };
    const operation = demands();
    expect(authorize(withScopes('a'))).toBe(authorize(withScopes('b')));
    expect(authorize(withScopes('code'))!.key).not.toBe(authorize(withPolicies('staff'))!.key);
    expect(authorize(ANYONE)!.key).not.toBe(authorize(MEMBER)!.key);
  });

  it('name the policies to evaluate first', () => {
    expect(demands().policies).toEqual(['staff']);
  });
});
