import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const products = [{ id: '1' }, { id: '2' }];

/** `label` returns its arguments as text. */
const label = ({ id }: { id: string }, given: object) => `${id} ${JSON.stringify(given)}`;

const external = `
  label(filter: Filter = { kind: OLD }, kinds: [Kind!] = [OLD], text: String = "none", number: Float = 0, is: Boolean = false): String!
    @external
`;

const types = `
  enum Kind { NEW OLD }
  input Filter { kind: Kind = OLD, words: [String], within: Filter }
`;

const required = (name: string, args: string): string => `${name}: String! @requires(fields: """ label(${args}) """)`;

const resolveLabel = ({ label: text }: { label: string }) => text;

const fields = {
  object: 'filter: { kind: NEW, words: ["a b", null], within: { kind: OLD } }, kinds: null, text: null, number: null, is: null',
  list: 'kinds: [NEW, OLD], filter: null, text: null, number: null, is: null',
  single: 'kinds: NEW, filter: null, text: null, number: null, is: null',
  text: 'text: "say \\"é\\" (1: 2) {3}", filter: null, kinds: null, number: null, is: null',
  number: 'number: -1.5e3, filter: null, kinds: null, text: null, is: true',
  nothing: 'number: null, filter: null, kinds: null, text: null, is: null',
  defaults: 'text: null',
  again: 'is: null, text: null, kinds: null, filter: null, number: null',
};

/** Every field of `telling` requires one field with different arguments. */
export const graph: Graph = {
  catalog: subgraph(
    `type Query { products: [Product!]! product: Product! }
     type Product @key(fields: "id") { id: ID! ${external.replace('@external', '')} }
     ${types}`,
    { Query: { products: () => products, product: () => products[0] }, Product: { __resolveReference: byKey(products, 'id'), label } },
  ),
  telling: subgraph(
    `type Product @key(fields: "id") {
       id: ID! ${external}
       ${Object.entries(fields)
         .map(([name, args]) => required(name, args))
         .join('\n')}
       plain: String! @requires(fields: "label")
     }
     ${types}`,
    { Product: Object.fromEntries([...Object.keys(fields), 'plain'].map((name) => [name, resolveLabel])) },
  ),
};

const answers = {
  object: {
    filter: { kind: 'NEW', words: ['a b', null], within: { kind: 'OLD' } },
    kinds: null,
    text: null,
    number: null,
    is: null,
  },
  list: { filter: null, kinds: ['NEW', 'OLD'], text: null, number: null, is: null },
  single: { filter: null, kinds: ['NEW'], text: null, number: null, is: null },
  text: { filter: null, kinds: null, text: 'say "é" (1: 2) {3}', number: null, is: null },
  number: { filter: null, kinds: null, text: null, number: -1500, is: true },
  nothing: { filter: null, kinds: null, text: null, number: null, is: null },
  defaults: { filter: { kind: 'OLD' }, kinds: ['OLD'], text: null, number: 0, is: false },
  plain: { filter: { kind: 'OLD' }, kinds: ['OLD'], text: 'none', number: 0, is: false },
};

const answersOf = (id: string, ...names: (keyof typeof answers)[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, label({ id }, answers[name])]));

const names = Object.keys(answers) as (keyof typeof answers)[];

const clash = 'its planner merges the selections of the field, so that some of them get the value of another';

export const cases: Cases = {
  ...Object.fromEntries(
    names.map((name) => [
      `the argument is that of the requirement: ${name}`,
      {
        query: `{ products { ${name} } }`,
        data: { products: [answersOf('1', name), answersOf('2', name)] },
      },
    ]),
  ),
  'passes all kinds of argument values for one entity': {
    query: `{ product { ${names.join(' ')} } }`,
    data: { product: answersOf('1', ...names) },
    stock: clash,
  },
  'passes all kinds of argument values for a list': {
    query: `{ products { ${names.join(' ')} } }`,
    data: { products: [answersOf('1', ...names), answersOf('2', ...names)] },
    stock: clash,
  },
  'treats arguments in another order as equal': {
    query: '{ product { nothing again } }',
    data: { product: { ...answersOf('1', 'nothing'), again: label({ id: '1' }, answers.nothing) } },
    requests: ['catalog', `telling Product${JSON.stringify({ id: '1', label: label({ id: '1' }, answers.nothing) })}`],
  },
  'supports a requirement without arguments next to one with arguments': {
    query: '{ product { plain defaults } }',
    data: { product: answersOf('1', 'plain', 'defaults') },
    requests: [
      'catalog',
      `telling ${['plain', 'defaults']
        .map((name) => `Product${JSON.stringify({ id: '1', label: label({ id: '1' }, answers[name as 'plain']) })}`)
        .join(' ')}`,
    ],
    stock: clash,
  },
  'accepts the names that plans use as aliases of the client': {
    query: `{ product { _required_1_label: id _required_2_label: label(text: "mine") object list } }`,
    data: {
      product: {
        _required_1_label: '1',
        _required_2_label: label({ id: '1' }, { filter: { kind: 'OLD' }, kinds: ['OLD'], text: 'mine', number: 0, is: false }),
        ...answersOf('1', 'object', 'list'),
      },
    },
    stock: clash,
  },
};
