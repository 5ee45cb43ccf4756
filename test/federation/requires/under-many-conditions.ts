import { byKey, type Case, type Cases, type Graph, subgraph } from '../feature.js';

const rows = [
  { __typename: 'Parcel', id: '1', width: 2, height: 3, owner: { __typename: 'Owner', id: 'o1' } },
  { __typename: 'Parcel', id: '2', width: 5, height: null, owner: { __typename: 'Owner', id: 'o2' } },
];
const owners = [
  { __typename: 'Owner', id: 'o1', name: 'Ada', city: 'Rome' },
  { __typename: 'Owner', id: 'o2', name: 'Bob', city: 'Oslo' },
];

/** labels computes fields of entities from fields that yard owns. */
export const graph: Graph = {
  yard: subgraph(
    `type Query { parcel(id: ID!): Parcel parcels: [Parcel!]! things: [Thing] }
     type Mutation { weigh(id: ID!): Parcel }
     interface Thing { id: ID! }
     type Parcel implements Thing @key(fields: "id") { id: ID! width(unit: Unit = MM): Float height: Int owner: Owner! }
     type Owner implements Thing @key(fields: "id") { id: ID! name: String city: String }
     type Crate implements Thing { id: ID! }
     enum Unit { MM CM }`,
    {
      Query: {
        parcel: (_: unknown, { id }: { id: string }) => rows.find((row) => row.id === id),
        parcels: () => rows,
        things: () => [rows[0], owners[1], { __typename: 'Crate', id: 'c' }],
      },
      Mutation: { weigh: (_: unknown, { id }: { id: string }) => rows.find((row) => row.id === id) },
      Parcel: {
        __resolveReference: byKey(rows, 'id'),
        owner: ({ owner }: { owner: { id: string } }) => owners.find(({ id }) => id === owner.id),
        width: ({ width }: { width: number }, { unit }: { unit: string }) => (unit === 'CM' ? width / 10 : width),
      },
      Owner: { __resolveReference: byKey(owners, 'id') },
    },
  ),
  labels: subgraph(
    `type Parcel @key(fields: "id") {
       id: ID!
       width(unit: Unit = MM): Float @external
       height: Int @external
       wide: String @requires(fields: "width")
       narrow: String @requires(fields: "width(unit: CM)")
       high: String @requires(fields: "height")
       colour: String
     }
     type Owner @key(fields: "id") { id: ID! name: String @external city: String @external
       greeting: String @requires(fields: "name") address: String @requires(fields: "city") }
     enum Unit { MM CM }`,
    {
      Parcel: {
        __resolveReference: (representation: object) => representation,
        wide: ({ width }: { width?: number }) => `w${width}`,
        narrow: ({ width }: { width?: number }) => `n${width}`,
        high: ({ height }: { height?: number }) => `h${height}`,
        colour: () => 'red',
      },
      Owner: {
        __resolveReference: (representation: object) => representation,
        greeting: ({ name }: { name?: string }) => `Hello ${name}`,
        address: ({ city }: { city?: string }) => `in ${city}`,
      },
    },
  ),
};

/** Declares `count` variables, and uses those from the third on in conditions that change nothing. */
function withConditions(
  count: number,
  selection: string,
  kind = 'query',
  [first, second] = [true, true],
): Pick<Case, 'query' | 'variables'> {
  const names = Array.from({ length: count }, (_, index) => `c${index + 1}`);
  const definitions = names.map((name) => `$${name}: Boolean!`).join(' ');
  const fillers = kind === 'query' ? names.slice(2).map((name) => `x_${name}: __typename @skip(if: $${name})`) : [];
  const inner = kind === 'query' ? [] : names.slice(2).map((name) => `x_${name}: __typename @skip(if: $${name})`);
  const text = selection.replace('/**/', inner.join(' '));
  return {
    query: `${kind} (${definitions}) { ${[text, ...fillers].join(' ')} } ${FRAGMENTS.filter((one) => text.includes(`...${one.name}`))
      .map((one) => one.text)
      .join(' ')}`,
    variables: Object.fromEntries(names.map((name, index) => [name, index === 0 ? first : index === 1 ? second : true])),
  };
}

const FRAGMENTS = [{ name: 'Sizes', text: 'fragment Sizes on Parcel { wide @include(if: $c1) high @skip(if: $c2) }' }];

const STOCK = 'it sends two values of one argument under one response key, or loses a required field';

const cases_ = (count: number): Cases => ({
  [`${count} conditions: one of two computed fields is skipped`]: {
    ...withConditions(count, 'parcel(id: "1") { wide high @skip(if: $c1) narrow @skip(if: $c2) }'),
    data: { parcel: { wide: 'w2' } },
    stock: STOCK,
  },
  [`${count} conditions: the other values`]: {
    ...withConditions(count, 'parcel(id: "1") { wide high @skip(if: $c1) narrow @skip(if: $c2) }', 'query', [false, false]),
    data: { parcel: { wide: 'w2', high: 'h3', narrow: 'n0.2' } },
    stock: STOCK,
  },
  [`${count} conditions: plain fields beside computed ones`]: {
    ...withConditions(count, 'parcel(id: "1") { colour wide @skip(if: $c1) width @skip(if: $c2) height }'),
    data: { parcel: { colour: 'red', height: 3 } },
    stock: STOCK,
  },
  [`${count} conditions: a list, with a required null`]: {
    ...withConditions(count, 'parcels { high @include(if: $c1) wide @skip(if: $c2) colour }'),
    data: {
      parcels: [
        { high: 'h3', colour: 'red' },
        { high: 'hnull', colour: 'red' },
      ],
    },
    stock: STOCK,
  },
  [`${count} conditions: an entity within an entity`]: {
    ...withConditions(count, 'parcel(id: "2") { owner @include(if: $c1) { greeting address @skip(if: $c2) } high @skip(if: $c1) }'),
    data: { parcel: { owner: { greeting: 'Hello Bob' } } },
    stock: STOCK,
  },
  [`${count} conditions: a shared fragment`]: {
    ...withConditions(
      count,
      'one: parcel(id: "1") { ...Sizes colour @skip(if: $c2) } two: parcel(id: "2") { ...Sizes @skip(if: $c1) high }',
    ),
    data: { one: { wide: 'w2' }, two: { high: 'hnull' } },
    stock: STOCK,
  },
  [`${count} conditions: members of an interface`]: {
    ...withConditions(
      count,
      'things { id ... on Parcel @include(if: $c1) { wide high @skip(if: $c2) } ... on Owner { greeting @skip(if: $c1) address } }',
    ),
    data: { things: [{ id: '1', wide: 'w2' }, { id: 'o2', address: 'in Oslo' }, { id: 'c' }] },
    stock: STOCK,
  },
  [`${count} conditions: a mutation`]: {
    ...withConditions(count, 'weigh(id: "1") { /**/ wide high @skip(if: $c1) narrow @include(if: $c2) }', 'mutation'),
    data: { weigh: { wide: 'w2', narrow: 'n0.2' } },
    stock: STOCK,
  },
});

export const cases: Cases = Object.assign({}, ...[2, 6, 7, 9, 12].map(cases_));
