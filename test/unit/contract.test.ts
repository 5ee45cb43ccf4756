import { buildSchema } from 'graphql';
import { apiSchema } from '../../gateway/supergraph/api-schema.js';
import { breakingChanges } from '../../gateway/supergraph/breaking-changes.js';
import { compose, CompositionError } from '../../gateway/supergraph/compose.js';
import { contractSupergraph } from '../../gateway/supergraph/contract.js';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag", "@inaccessible", "@shareable"])';
const subgraph = (sdl: string) => ({ name: 'a', url: 'http://a', sdl: `${link}\n${sdl}` });

describe('composing', () => {
  it('reports why subgraphs do not compose', () => {
    const one = { ...subgraph('type Query { a: Int }'), name: 'one' };
    const two = { ...subgraph('type Query { a: String }'), name: 'two' };
    expect(() => compose([one, two])).toThrow(CompositionError);
    expect(() => compose([one, two])).toThrow(/Query\.a/);
  });

  it('returns the same text for any order of subgraphs', () => {
    const one = { ...subgraph('type Query { a: Int }'), name: 'one' };
    const two = { ...subgraph('type Query { b: Int }'), name: 'two' };
    expect(compose([one, two])).toBe(compose([two, one]));
  });
});

describe('a contract', () => {
  const whole = compose([
    subgraph(`
      type Query { open: Open @tag(name: "public") closed: Closed }
      type Open @key(fields: "id") @tag(name: "public") { id: ID! state(filter: Filter): State }
      type Closed { secret: String }
      enum State @tag(name: "public") { ON }
      input Filter @tag(name: "public") { state: State }
    `),
  ]);

  it('contains tagged root fields and types only', () => {
    const schema = apiSchema(contractSupergraph(whole, 'public'));
    expect(Object.keys(schema.getQueryType()!.getFields())).toEqual(['open']);
    expect(schema.getType('Open')).toBeDefined();
    expect(schema.getType('State')).toBeDefined();
    expect(schema.getType('Closed')).toBeUndefined();
  });

  it('does not compose if a public field needs a type that is not public', () => {
    const torn = compose([
      subgraph('type Query { open: Open @tag(name: "public") } type Open @tag(name: "public") { part: Part } type Part { id: ID }'),
    ]);
    expect(() => apiSchema(contractSupergraph(torn, 'public'))).toThrow(/Part/);
  });
});

describe('breaking changes', () => {
  it('are listed, without additions', () => {
    const before = 'type Query { a: Int b(x: Int): String } enum E { A B }';
    expect(breakingChanges(before, 'type Query { a: Int b(x: Int): String c: Int } enum E { A B C }')).toEqual([]);
    expect(breakingChanges(before, 'type Query { b(x: Int!): String } enum E { A }')).toEqual([
      'Query.a was removed.',
      'Query.b arg x has changed type from Int to Int!.',
      'B was removed from enum type E.',
    ]);
    expect(() => buildSchema(before)).not.toThrow();
  });
});
