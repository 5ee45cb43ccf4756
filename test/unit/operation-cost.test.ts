import { getOperationAST, parse } from 'graphql';
import { OperationCosts } from '../../gateway/guards/cost/operation-costs.js';
import { DEFAULT_LIMITS } from '../../gateway/guards/limits.js';
import { apiSchema } from '../../gateway/supergraph/api-schema.js';
import { compose } from '../../gateway/supergraph/compose.js';

const supergraphOf = (imports: string, sdl: string): string => {
  const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])`;
  return compose([{ name: 'shop', url: 'http://shop', sdl: `${link}\n${sdl}` }]);
};

/** Returns the function that computes the cost of an operation over a supergraph. */
function costsOver(supergraph: string) {
  const schema = apiSchema(supergraph);
  const costs = new OperationCosts(DEFAULT_LIMITS);
  costs.addSchema(schema, parse(supergraph, { noLocation: true }));
  return (text: string, variables: Record<string, unknown> = {}): { cost: number; path: string } => {
    const document = parse(text);
    const { cost, dearestPath } = costs.costOf({ document, operation: getOperationAST(document)!, schema, request: { variables } })!;
    return { cost, path: dearestPath() };
  };
}

const SHOP = `
  type Query {
    products: [Product!]!
    grid: [[Product]]
    top(count: Int = 3): [Product!] @listSize(slicingArguments: ["count"])
    some(first: Int, last: Int): [Product!] @listSize(slicingArguments: ["first", "last"])
    page(first: Int, after: String @cost(weight: 4)): Page
      @listSize(assumedSize: 6, slicingArguments: ["first"], sizedFields: ["items"], requireOneSlicingArgument: false)
    node: Node
    ids: [ID!]
    search(where: Filter = {}, size: Size, deep: [Filter!] @cost(weight: 1)): Product
  }
  input Filter { text: String @cost(weight: 3) size: Size sizes: [Size!] any: [Filter!] @cost(weight: 10) id: ID }
  type Mutation { order: Product  cancel: Product @cost(weight: 2) }
  type Page { items: [Product!]! total: Int @cost(weight: 5) }
  interface Node { id: ID! related: [Node!] }
  type Product implements Node { id: ID! name: String size: Size related: [Node!] @listSize(assumedSize: 2) }
  type Shelf implements Node @cost(weight: 7) { id: ID! related: [Node!] @listSize(assumedSize: 9) }
  enum Size @cost(weight: 2) { SMALL }`;

describe('the cost of an operation', () => {
  const costOf = costsOver(supergraphOf('"@cost", "@listSize"', SHOP));

  it.each([
    ['five elements of a list without a size', '{ products { id } }', 5],
    ['a list of lists', '{ grid { id } }', 25],
    ['a list of scalars as nothing', '{ ids }', 0],
    ['an enum by its weight', '{ products { size } }', 5 + 5 * 2],
    ['the default of a slicing argument', '{ top { id } }', 3],
    ['an argument by its weight, once', '{ page(first: 10, after: "x") { items { id } } }', 4 + 1 + 10],
    ['the assumed size of a page', '{ page { items { id } total } }', 1 + 6 + 5],
    ['a fragment on a page by the size of the page', '{ page(first: 2) { ...P } } fragment P on Page { ... { items { id } } }', 1 + 2],
    ['an interface by the largest of its types', '{ node { related { id } } }', 7 + 9 * 7],
    [
      'a fragment for each spread',
      '{ a: top { ...T } b: top(count: 10) { ...T } } fragment T on Product { related { id } }',
      13 + 13 * 2 * 7,
    ],
    ['a mutation', 'mutation { order { id } cancel { id } }', 12],
    ['nothing for introspection', '{ __typename __schema { types { name } } }', 0],
    ['nothing that is excluded', '{ products @include(if: false) { id } ... @skip(if: true) { top { id } } }', 0],
  ])('counts %s', (_, text, cost) => expect(costOf(text).cost).toBe(cost));

  it.each([
    ['nothing for an input object and a scalar without a weight', '{ search(where: { id: "1" }) { id } }', 1],
    ['a field of an input object', '{ search(where: { text: "x", id: "1" }) { id } }', 1 + 3],
    ['an enum as an argument and as a field', '{ search(size: SMALL, where: { size: SMALL }) { id } }', 1 + 2 + 2],
    ['a list once', '{ search(where: { sizes: [SMALL, SMALL] }) { id } }', 1 + 2],
    ['each input object of a list', '{ search(where: { any: [{ text: "x" }, { text: "y" }, {}] }) { id } }', 1 + 10 + 3 + 3],
    ['an input object that is nested in itself', '{ search(where: { any: { any: { text: "x" } } }) { id } }', 1 + 10 + 10 + 3],
    ['the weight of an argument and those in its value', '{ search(deep: [{ text: "x" }]) { id } }', 1 + 1 + 3],
    ['nothing for null', '{ search(deep: null, where: { text: null, any: null }) { id } }', 1],
    ['inputs once for each object around them', '{ top { related { id } } search(where: { text: "x" }) { id } }', 3 + 3 * 2 * 7 + 1 + 3],
  ])('counts the weights of inputs: %s', (_, text, cost) => expect(costOf(text).cost).toBe(cost));

  it('counts the weights of inputs in variables and their defaults', () => {
    const text = `query($f: Filter, $t: String, $a: [Filter!] = [{ text: "x" }]) {
      search(where: $f) { id } other: search(where: { text: $t, any: $a }) { id } }`;
    const values = [{}, { f: { text: 'a' } }, { t: 'a' }, { a: [] }, { a: null }, { f: { any: [{ text: 'a' }, { any: [{}] }] } }];
    expect(values.map((variables) => costOf(text, variables).cost - 2)).toEqual([13, 16, 16, 10, 0, 13 + 10 + 3 + 10]);
  });

  it('follows the variables of each request', () => {
    const text = 'query($n: Int = 2, $s: Boolean = false) { page(first: $n) @skip(if: $s) { items { related { id } } } }';
    const costs = [{}, { n: 10 }, { n: null }, { n: '4' }, { n: -5 }, { s: true }].map((variables) => costOf(text, variables).cost);
    expect(costs).toEqual([31, 151, 91, 61, 1, 0]);
  });

  it('stays finite, and linear in the document, for fragments that double', () => {
    const fragments = Array.from({ length: 200 }, (_, index) => `fragment F${index} on Page { ...F${index + 1} ... { ...F${index + 1} } }`);
    const text = `query($n: Int) { page(first: $n) { ...F0 } } ${fragments.join(' ')} fragment F200 on Page { items { id } }`;
    expect(costOf(text, { n: 100 })).toEqual({ cost: Number.MAX_SAFE_INTEGER, path: 'page.items' });
  });

  it.each([
    ['none', '{ some { id } }', {}],
    ['two', '{ some(first: 1, last: 1) { id } }', {}],
    ['null', 'query($n: Int) { some(first: $n) { id } }', { n: null }],
  ])('needs exactly one of the slicing arguments if the schema requires one: %s', (_, text, variables) => {
    expect(() => costOf(text, variables)).toThrow('The field "some" must have exactly one of the arguments first, last');
  });

  it('reads directives that the supergraph has renamed', () => {
    const imports = '{ name: "@cost", as: "@price" }, { name: "@listSize", as: "@length" }';
    const renamed = costsOver(
      supergraphOf(imports, 'type Query { all: [Item] @length(assumedSize: 8) } type Item @price(weight: 3) { id: ID }'),
    );
    expect(renamed('{ all { id } }').cost).toBe(24);
  });

  it('reads directives that are not imported', () => {
    const sdl = 'type Query { all: [Item] @federation__listSize(assumedSize: 8) } type Item @federation__cost(weight: 3) { id: ID }';
    expect(costsOver(supergraphOf('"@key"', sdl))('{ all { id } }').cost).toBe(24);
  });
});
