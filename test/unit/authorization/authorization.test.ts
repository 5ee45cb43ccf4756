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

describe('a viewer with all permissions', () => {
  it('gets the whole operation', () => {
    expect(ask(supergraph, '{ me { name } hue account { number } }', MEMBER)).toBe('all');
    expect(ask(supergraph, '{ code }', withScopes('code'))).toBe('all');
    expect(ask(supergraph, '{ user { mail } }', withPolicies('staff'))).toBe('all');
    expect(ask(supergraph, 'mutation { remove }', withScopes('write', 'remove'))).toBe('all');
  });

  it('needs no check if the operation has no requirements', () => {
    const document = parse('{ user { name friends { id } } __schema { queryType { name } } }');
    const authorization = Authorization.of(supergraph, apiSchema(supergraph))!;
    expect(authorization.requirementsOf(document, document.definitions[0] as OperationDefinitionNode)).toBeNull();
    expect(Authorization.of(composed('type Query { a: Int }'), apiSchema(composed('type Query { a: Int }')))).toBeNull();
  });
});

describe('a viewer without a required permission', () => {
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

  it('fetches nothing if no field remains', () => {
    expect(ask(supergraph, '{ me { name } hue }', ANYONE)).toEqual({ remains: null, refused: { me: ['Query'], hue: ['Query'] } });
  });

  it('still gets an object if all of its fields are refused', () => {
    expect(ask(supergraph, '{ users { phone } }', ANYONE)).toEqual({
      remains: '{ users { __typename } }',
      refused: { 'users.phone': ['User'] },
    });
  });

  it('needs all scopes of one of the alternatives', () => {
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

  it('gets no subscription to a refused field, and events without refused fields', () => {
    expect(ask(supergraph, 'subscription { removed }', ANYONE)).toEqual({ remains: null, refused: { removed: ['Subscription'] } });
    expect(ask(supergraph, 'subscription { renamed { id phone } }', ANYONE)).toEqual({
      remains: 'subscription { renamed { id } }',
      refused: { 'renamed.phone': ['User'] },
    });
  });

  it('sends no unused variables', () => {
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
  it('are checked at each place where they are spread', () => {
    const operation = '{ users { ...U friends { ...U } } account { owner { ...U } } } fragment U on User { id phone }';
    expect(ask(supergraph, operation, ANYONE)).toEqual({
      remains: '{ users { ... on User { id } friends { ... on User { id } } } }',
      refused: { 'users.phone': ['User'], 'users.friends.phone': ['User'], account: ['Query'] },
    });
  });

  it('are removed if no field of them remains', () => {
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

  it('that spread each other exponentially often are read in linear time', () => {
    const levels = Array.from(
      { length: 40 },
      (_, level) => `fragment F${level} on User { ...F${level + 1} ...F${level + 1} @include(if: $x) }`,
    );
    const operation = `query ($x: Boolean!) { users { ...F0 } } ${levels.join(' ')} fragment F40 on User { name mail phone }`;
    const start = performance.now();
    expect(Object.fromEntries(remainderOf(supergraph, operation, MEMBER)!.unauthorizedFields)).toEqual({ 'users.mail': new Set(['User']) });
    expect(performance.now() - start).toBeLessThan(GENEROUS_MS);
  });
});

describe('conditions', () => {
  it('make no error for a field that is never selected', () => {
    expect(ask(supergraph, '{ count me @skip(if: true) { name } }', ANYONE)).toBe('all');
    expect(ask(supergraph, '{ hue count me @include(if: false) { name } }', ANYONE)).toEqual({
      remains: '{ count }',
      refused: { hue: ['Query'] },
    });
  });

  it('that depend on variables are left for the execution', () => {
    expect(ask(supergraph, 'query ($x: Boolean!) { count me @skip(if: $x) { name } }', ANYONE)).toEqual({
      remains: '{ count }',
      refused: { me: ['Query'] },
    });
  });
});

describe('introspection and __typename', () => {
  it('require no permission', () => {
    expect(
      ask(supergraph, '{ __typename __type(name: "Account") { ...T } me { id } } fragment T on __Type { name fields { name } }', ANYONE),
    ).toEqual({
      remains: '{ __typename __type(name: "Account") { ... on __Type { name fields { name } } } }',
      refused: { me: ['Query'] },
    });
    expect(ask(supergraph, '{ user { __typename } }', ANYONE)).toBe('all');
  });
});

describe('names of Object.prototype', () => {
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

describe('the remaining operations', () => {
  const document = parse('{ me { mail } users { mail phone } code }');
  const demands = () =>
    Authorization.of(supergraph, apiSchema(supergraph))!.requirementsOf(document, document.definitions[0] as OperationDefinitionNode)!;

  it('are the same object for viewers with the same missing permissions', () => {
    const { authorize } = { authorize: (credentials: typeof ANYONE) => operation.filterFor(credentials) };
    const operation = demands();
    expect(authorize(withScopes('a'))).toBe(authorize(withScopes('b')));
    expect(authorize(withScopes('code'))!.key).not.toBe(authorize(withPolicies('staff'))!.key);
    expect(authorize(ANYONE)!.key).not.toBe(authorize(MEMBER)!.key);
  });

  it('name the policies to evaluate first', () => {
    expect(demands().policies).toEqual(['staff']);
  });
});
