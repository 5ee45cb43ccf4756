import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { parse, print, printSchema, validate } from 'graphql';
import { createLocalPlanner } from '../../../gateway/planning/local-planner.js';
import { nameRequirements } from '../../../gateway/planning/requirements/named-requirements.js';
import { compose } from '../../../gateway/supergraph/compose.js';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", ' +
  'import: ["@key", "@requires", "@external", "@shareable", "@override", "@tag", "@provides"])';
const composed = (subgraphs: Record<string, string>): string =>
  compose(Object.entries(subgraphs).map(([name, sdl]) => ({ name, url: `http://${name}`, sdl: `${link}\n${sdl}` })));

const catalog = `
  type Query { products: [Product] }
  type Product @key(fields: "id") { id: ID! price(currency: String = "CHF", net: Boolean): Int @tag(name: "money") }`;
const taxes = `
  type Product @key(fields: "id") {
    id: ID!
    price(currency: String = "CHF", net: Boolean): Int @external
    tax(percent: Int): Int @requires(fields: "price(currency: \\"USD\\", net: true)")
    duty(percent: Int): Int @requires(fields: "price(net: null)")
    toll: Int @requires(fields: "price(net: true currency: \\"USD\\")")
    plain: Int @requires(fields: "price")
    free: Int
  }`;

/** The fetches of a plan, in its order. */
const fetches = (node: QueryPlan['node'] | PlanNode): FetchNode[] => {
  if (node?.kind === 'Fetch') return [node];
  if (node?.kind === 'Flatten') return fetches(node.node);
  if (node?.kind === 'Sequence' || node?.kind === 'Parallel') return node.nodes.flatMap(fetches);
  if (node?.kind === 'Defer') return [...fetches(node.primary.node), ...node.deferred.flatMap((deferred) => fetches(deferred.node))];
  return [];
};

async function planned(supergraph: string, operation: string): Promise<FetchNode[]> {
  const planner = await createLocalPlanner(supergraph);
  expect(validate(planner.apiSchema, parse(operation))).toEqual([]);
  return fetches((await planner.plan(operation, undefined)).node);
}

const plannedRequests = async (supergraph: string, operation: string): Promise<string[]> =>
  (await planned(supergraph, operation)).map(({ serviceName, operation: text }) => `${serviceName}: ${text}`);

describe('names of requirements', () => {
  const named = (supergraph: string) => nameRequirements(parse(supergraph));
  const product = (supergraph: string): string => /type Product[^{]*\{[^}]*\}/.exec(print(named(supergraph)!.supergraph))![0];

  it('are not needed without field sets with arguments', () => {
    expect(named(composed({ catalog, taxes: taxes.replace(/price\([^)]*\)"\)/g, 'price")') }))).toBeNull();
    expect(named(composed({ catalog }))).toBeNull();
  });

  it('represent a field with arguments in any order, in the subgraphs that define it', () => {
    const { originalFields } = named(composed({ catalog, taxes }))!;
    expect([...originalFields].map(([name, field]) => [name, print({ kind: 'Field', ...field } as never)])).toEqual([
      ['_required_1_price', 'price(currency: "USD", net: true)'],
      ['_required_2_price', 'price(net: null)'],
    ]);
    const text = product(composed({ catalog, taxes }));
    expect(text).toContain('_required_1_price: Int @join__field(graph: CATALOG) @join__field(graph: TAXES, external: true)\n');
    expect(text).toContain('toll: Int @join__field(graph: TAXES, requires: "_required_1_price")');
    expect(text).toContain('plain: Int @join__field(graph: TAXES, requires: "price")');
  });

  it('differ from the names of fields', () => {
    const { originalFields } = named(composed({ catalog: catalog.replace('id: ID!', 'id: ID! _required_1_price: Int'), taxes }))!;
    expect([...originalFields.keys()]).toEqual(['_required_2_price', '_required_3_price']);
  });

  it('are hidden from clients', async () => {
    const planner = await createLocalPlanner(composed({ catalog, taxes }));
    expect(printSchema(planner.apiSchema)).toContain('duty(percent: Int)');
    expect(printSchema(planner.apiSchema)).not.toContain('_required');
  });
});

describe('a plan', () => {
  const supergraph = composed({ catalog, taxes });
  const representations = 'query($representations:[_Any!]!){_entities(representations:$representations)';

  it('fetches the required field with its arguments, and renames it in the representation', async () => {
    const [first, second] = await planned(supergraph, '{ products { tax } }');
    expect(first!.operation).toBe('{products{__typename id _required_1_price:price(currency:"USD" net:true)}}');
    expect(second!.operation).toBe(`${representations}{...on Product{tax}}}`);
    expect(second!.requires).toEqual([
      {
        kind: 'InlineFragment',
        typeCondition: 'Product',
        selections: [
          { kind: 'Field', name: '__typename' },
          { kind: 'Field', name: 'id' },
          { kind: 'Field', name: 'price', alias: '_required_1_price' },
        ],
      },
    ]);
    expect(second!.inputRewrites).toEqual([{ kind: 'KeyRenamer', path: ['_required_1_price'], renameKeyTo: 'price' }]);
  });

  it('fetches fields with the same requirements together, and others separately, each with its own variables', async () => {
    const operation = 'query ($a: Int, $b: Int) { products { tax(percent: $a) free duty(percent: $b) toll plain } }';
    const [, ...entities] = await planned(supergraph, operation);
    expect(entities.map(({ operation: text, variableUsages }) => [text, variableUsages])).toEqual([
      [
        'query($representations:[_Any!]!$a:Int){_entities(representations:$representations){...on Product{tax(percent:$a)free toll}}}',
        ['a'],
      ],
      ['query($representations:[_Any!]!$b:Int){_entities(representations:$representations){...on Product{duty(percent:$b)}}}', ['b']],
      [`${representations}{...on Product{plain}}}`, []],
    ]);
  });

  it('is that of the original operation in both parts if the client defers', async () => {
    const texts = await plannedRequests(supergraph, '{ products { id ... @defer { tax duty } } }');
    expect(texts.join()).toContain('_required_1_price:price(currency:"USD" net:true)');
    expect(texts.filter((text) => text.startsWith('taxes'))).toHaveLength(2);
  });

  it('follows a requirement without arguments if subgraphs share the field', async () => {
    const shared = catalog.replace('@tag', '@shareable @tag');
    const shop = shared.replace('products: [Product]', 'shop: [Product]');
    const way = (requiring: string) =>
      plannedRequests(composed({ catalog: shared, shop, taxes: requiring }), '{ products { free tax } shop { tax } }');
    const texts = await way(taxes);
    expect(texts.join()).toContain('_required_1_price:price(currency:"USD" net:true)');
    expect(texts.map((text) => text.replaceAll('_required_1_price:price(currency:"USD" net:true)', 'price'))).toEqual(
      await way(taxes.replace(/price\([^)]*\)"\)/g, 'price")')),
    );
  });

  it('fetches the field from the subgraph of @override', async () => {
    const prices =
      'type Product @key(fields: "id") { id: ID! price(currency: String = "CHF", net: Boolean): Int @override(from: "catalog") }';
    const texts = await plannedRequests(composed({ catalog, prices, taxes }), '{ products { duty } }');
    expect(texts).toEqual([
      'catalog: {products{__typename id}}',
      `prices: ${representations}{...on Product{_required_2_price:price(net:null)}}}`,
      `taxes: ${representations}{...on Product{duty}}}`,
    ]);
  });

  it('fetches the field together with an object of @provides', async () => {
    const shop = `
      type Query { offers: [Offer] }
      type Offer { product: Product @provides(fields: "name") }
      type Product @key(fields: "id") { id: ID! name: String @external }`;
    const named = catalog.replace('id: ID!', 'id: ID! name: String @shareable');
    expect(await plannedRequests(composed({ catalog: named, shop, taxes }), '{ offers { product { name tax } } }')).toEqual([
      'shop: {offers{product{__typename id name}}}',
      `catalog: ${representations}{...on Product{_required_1_price:price(currency:"USD" net:true)}}}`,
      `taxes: ${representations}{...on Product{tax}}}`,
    ]);
  });
});
