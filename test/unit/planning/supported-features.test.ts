import { parse } from 'graphql';
import { createLocalPlanner } from '../../../gateway/planning/local-planner.js';
import { compose } from '../../../gateway/supergraph/compose.js';

const link = (version: string, imports: string[] = []) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v${version}", import: ${JSON.stringify(imports)})`;
const composed = (sdl: string) => compose([{ name: 's', url: 'http://s', sdl }]);
const load = (supergraph: string) => createLocalPlanner(supergraph);

const PLAIN = composed(`${link('2.9')} type Query { a: Int }`);
const CONNECTED = composed(`${link('2.12', ['@key'])}
  @link(url: "https://specs.apollo.dev/connect/v0.2", import: ["@connect", "@source"]) @source(name: "api", http: { baseURL: "http://api" })
  type Query { lamp: Lamp @connect(source: "api", http: { GET: "/lamp" }, selection: "id") }
  type Lamp @key(fields: "id") { id: ID! }`);
const withLink = (url: string, purpose: string) =>
  PLAIN.replace('@link(url: "https://specs.apollo.dev/link/v1.0")', `$& @link(url: "${url}"${purpose})`);

describe('a supergraph', () => {
  it('with Apollo Connectors is refused by name, with the places', async () => {
    const places = 'Apollo Connectors are used at schema, Query.lamp: serve these fields from a subgraph.';
    await expect(load(CONNECTED)).rejects.toThrow(
      `The supergraph requires what this gateway does not support: https://specs.apollo.dev/connect/v0.3 (for: EXECUTION). ${places}`,
    );
    const unlinked = CONNECTED.replace('@link(url: "https://specs.apollo.dev/connect/v0.3", for: EXECUTION)', '');
    await expect(load(unlinked)).rejects.toThrow('https://specs.apollo.dev/connect/');
  });

  it('is refused with the names of all features for security or execution that are not supported', async () => {
    const both = withLink('https://lock.example/guard/v1.2', ', for: SECURITY').replace(
      '@link(url: "https://lock',
      '@link(url: "https://specs.apollo.dev/cost/v9.0", for: EXECUTION) $&',
    );
    await expect(load(both)).rejects.toThrow(
      'does not support: https://specs.apollo.dev/cost/v9.0 (for: EXECUTION), https://lock.example/guard/v1.2 (for: SECURITY).',
    );
  });

  it('with a feature for nothing in particular loads', async () => {
    await (await load(withLink('https://lock.example/guard/v1.2', ''))).close();
  });

  it.each(['2.0', '2.3', '2.9', '2.12', '2.13', '2.14'])('of subgraphs of Federation %s composes and loads', async (version) => {
    const planner = await load(composed(`${link(version, ['@key'])} type Query { a: A } type A @key(fields: "id") { id: ID! }`));
    expect(planner.apiSchema.getQueryType()!.getFields()).toHaveProperty('a');
  });

  it('of subgraphs of Federation 1 composes and loads', async () => {
    const planner = await load(composed('type Query { a: A } type A @key(fields: "id") { id: ID! }'));
    expect(planner.apiSchema.getQueryType()!.getFields()).toHaveProperty('a');
  });

  it.each(['', 'directive @oneOf on INPUT_OBJECT'])(
    'keeps @oneOf of its inputs, with the definition "%s" in the subgraph',
    async (definition) => {
      const supergraph = composed(`${link('2.9')} ${definition} type Query { a(by: By): Int } input By @oneOf { x: Int y: Int }`);
      expect(parse(supergraph).definitions.filter((node) => 'name' in node && node.name?.value === 'oneOf')).toHaveLength(1);
      for (const sdl of [supergraph, supergraph.replace('directive @oneOf on INPUT_OBJECT', '')])
        expect((await load(sdl)).apiSchema.getType('By')).toHaveProperty('isOneOf', true);
    },
  );
});
