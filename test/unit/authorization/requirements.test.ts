import type { AccessRequirement } from '../../../gateway/authorization/access-requirement.js';
import { SupergraphRequirements } from '../../../gateway/authorization/supergraph-requirements.js';
import { compose } from '../../../gateway/supergraph/compose.js';
import { composed } from './graph.js';

const authenticated: AccessRequirement = { kind: 'authenticated' };
const scopes = (...anyOf: string[][]): AccessRequirement => ({ kind: 'scopes', anyOf });
const policies = (...anyOf: string[][]): AccessRequirement => ({ kind: 'policies', anyOf });

describe('the requirements of a supergraph', () => {
  it('are empty if no subgraph uses the directives', () => {
    expect(SupergraphRequirements.read(composed('type Query { a: Int }'))).toBeNull();
  });

  it('are read from fields, objects, enums, and scalars', () => {
    const requirements = SupergraphRequirements.read(
      composed(`
        type Query { a: A @authenticated @requiresScopes(scopes: [["x", "y"], ["z"]]) b: B c: C }
        type A @policy(policies: [["p"]]) { id: ID }
        enum B @authenticated { ON }
        scalar C @requiresScopes(scopes: [["s"]])
      `),
    )!;
    expect(requirements.ofField('Query', 'a')).toEqual([authenticated, scopes(['x', 'y'], ['z'])]);
    expect(requirements.ofField('Query', 'b')).toEqual([]);
    expect(requirements.ofType('A')).toEqual([policies(['p'])]);
    expect(requirements.ofType('B')).toEqual([authenticated]);
    expect(requirements.ofType('C')).toEqual([scopes(['s'])]);
    expect(requirements.ofType('Query')).toEqual([]);
  });

  it('are combined from all subgraphs of a shared field', () => {
    const subgraph = (demand: string) => `type Query { a: Int @shareable ${demand} }`;
    const requirements = SupergraphRequirements.read(
      composed(subgraph('@requiresScopes(scopes: [["x"]])'), subgraph('@requiresScopes(scopes: [["y"]])'), subgraph('@authenticated')),
    )!;
    expect(requirements.ofField('Query', 'a')).toEqual([scopes(['x', 'y']), authenticated]);
  });

  it.each([
    ['imported under its own name', 'import: ["@authenticated"]', '@authenticated'],
    ['imported under another name', 'import: [{ name: "@authenticated", as: "@login" }]', '@login'],
    ['named after its specification', '', '@federation__authenticated'],
    ['named after a renamed specification', 'as: "apollo"', '@apollo__authenticated'],
  ])('are found if the directive is %s', (_, how, directive) => {
    const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", ${how}) type Query { a: Int ${directive} b: Int }`;
    const requirements = SupergraphRequirements.read(compose([{ name: 's', url: 'http://s', sdl }]))!;
    expect(requirements.ofField('Query', 'a')).toEqual([authenticated]);
    expect(requirements.ofField('Query', 'b')).toEqual([]);
  });

  it('are not read from another directive with a similar name', () => {
    const composable =
      'extend schema @composeDirective(name: "@authenticated") @link(url: "https://example.com/mine/v1.0", import: ["@authenticated"])';
    const sdl = `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
      ${composable}
      directive @authenticated on FIELD_DEFINITION
      type Query { a: Int @authenticated }
    `;
    const supergraph = compose([{ name: 's', url: 'http://s', sdl }]);
    expect(supergraph).toContain('a: Int @authenticated');
    expect(SupergraphRequirements.read(supergraph)).toBeNull();
  });
});

describe('the requirements of an interface', () => {
  const sdl = (onInterface: string, onField: string) => `
    type Query { posts: [Post] }
    interface Post ${onInterface} { id: ID title: String ${onField} }
    type Open implements Post { id: ID title: String }
    type Closed implements Post @authenticated { id: ID title: String @requiresScopes(scopes: [["s"]]) }
  `;

  it('are refused by composition if a subgraph declares them', () => {
    expect(() => composed(sdl('@authenticated', ''))).toThrow(/cannot be applied on interfaces/);
    expect(() => composed(sdl('', '@authenticated'))).toThrow(/cannot be applied on interfaces/);
  });

  it('are written by composition and do not apply to the other implementations', () => {
    const supergraph = composed(sdl('', ''));
    expect(supergraph).toMatch(/interface Post\s+@join__type\(graph: S0\)\s+@authenticated/);
    expect(supergraph).toMatch(/interface Post[^}]*title: String @requiresScopes\(scopes: \[\["s"\]\]\)/);
    const requirements = SupergraphRequirements.read(supergraph)!;
    expect(requirements.ofType('Closed')).toEqual([authenticated]);
    expect(requirements.ofField('Closed', 'title')).toEqual([scopes(['s'])]);
    expect(requirements.ofType('Open')).toEqual([]);
    expect(requirements.ofField('Open', 'title')).toEqual([]);
  });

  it('apply to every implementation in a supergraph of an older composition', () => {
    const older = composed(sdl('', ''))
      .replace(/(interface Post\s+@join__type\(graph: S0\))/, '$1 @requiresScopes(scopes: [["own"]])')
      .replace(/(interface Post[^}]*id: ID)/, '$1 @authenticated');
    const requirements = SupergraphRequirements.read(older)!;
    expect(requirements.ofType('Open')).toEqual([scopes(['own'])]);
    expect(requirements.ofType('Closed')).toEqual([authenticated, scopes(['own'])]);
    expect(requirements.ofField('Open', 'id')).toEqual([authenticated]);
    expect(requirements.ofField('Open', 'title')).toEqual([]);
  });

  it('are copied from an @interfaceObject to the field of each implementation', () => {
    const requirements = SupergraphRequirements.read(
      composed(
        'type Query { m: Media } interface Media @key(fields: "id") { id: ID! } type Book implements Media @key(fields: "id") { id: ID! }',
        'type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int @authenticated }',
      ),
    )!;
    expect(requirements.ofField('Book', 'stars')).toEqual([authenticated]);
  });
});

describe('a field with @requires', () => {
  const owner = `type Query { t: T } type T @key(fields: "id") { id: ID! secret: String @authenticated part: Part }
    type Part { x: Int @policy(policies: [["p"]]) }`;
  const reader = (fields: string, demand: string) => `
    type T @key(fields: "id") { id: ID! secret: String @external part: Part @external
      made: String @requires(fields: "${fields}") ${demand} }
    type Part @external { x: Int }
  `;

  it('composes only if it has the requirements of its required fields', () => {
    expect(() => composed(owner, reader('secret part { x }', ''))).toThrow(/does not specify necessary @authenticated/);
    expect(() => composed(owner, reader('secret part { x }', '@authenticated'))).toThrow(/transitive field "Part.x"/);
    const requirements = SupergraphRequirements.read(
      composed(owner, reader('secret part { x }', '@authenticated @policy(policies: [["p"]])')),
    )!;
    expect(requirements.ofField('T', 'made')).toEqual([authenticated, policies(['p'])]);
  });

  it('gets their requirements also in a supergraph of an older composition', () => {
    const supergraph = composed(owner, reader('secret part { x }', '@authenticated @policy(policies: [["p"]])'));
    const older = supergraph.replace(/(made: String @join__field\([^)]*\)).*/, '$1');
    expect(older).toMatch(/made: String @join__field\([^)]*\)\n/);
    expect(SupergraphRequirements.read(older)!.ofField('T', 'made')).toEqual([authenticated, policies(['p'])]);
  });

  it('passes its requirements to fields that require it', () => {
    const chain = composed(
      'type Query { t: T } type T @key(fields: "id") { id: ID! secret: String @authenticated }',
      'type T @key(fields: "id") { id: ID! secret: String @external made: String @requires(fields: "secret") @authenticated }',
      'type T @key(fields: "id") { id: ID! made: String @external again: String @requires(fields: "made") @authenticated }',
    );
    const older = chain.replace(/((?:made|again): String .*) @authenticated/g, '$1');
    const requirements = SupergraphRequirements.read(older)!;
    expect(requirements.ofField('T', 'made')).toEqual([authenticated]);
    expect(requirements.ofField('T', 'again')).toEqual([authenticated]);
  });

  it('gets their requirements for each implementation if an @interfaceObject defines it', () => {
    const supergraph = composed(
      `type Query { m: Media } interface Media @key(fields: "id") { id: ID! secret: Int }
       type Book implements Media @key(fields: "id") { id: ID! secret: Int @authenticated }`,
      `type Media @interfaceObject @key(fields: "id") {
        id: ID! secret: Int @external stars: Int @requires(fields: "secret") @authenticated }`,
    );
    const older = supergraph.replace(/(stars: Int.*?) @authenticated/g, '$1');
    expect(older).not.toMatch(/stars.*@authenticated/);
    expect(SupergraphRequirements.read(older)!.ofField('Book', 'stars')).toEqual([authenticated]);
  });

  const context = (demand: string) =>
    composed(
      `type Query { u: User } type User @key(fields: "id") @context(name: "user") { id: ID! mail: String @authenticated child: Child }
       type Child @key(fields: "id") { id: ID! greeting(to: String @fromContext(field: "$user { mail }")): String ${demand} }`,
      'type Child @key(fields: "id") { id: ID! }',
    );

  it('composes only if it has the requirements of its context, and gets them in older supergraphs', () => {
    expect(() => context('')).toThrow(/transitive field "User.mail" data from @fromContext/);
    const older = context('@authenticated').replace(/(greeting: String .*) @authenticated/, '$1');
    expect(older).not.toMatch(/greeting.*@authenticated/);
    expect(SupergraphRequirements.read(older)!.ofField('Child', 'greeting')).toEqual([authenticated]);
  });
});
