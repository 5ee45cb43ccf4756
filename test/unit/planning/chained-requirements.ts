import fc from 'fast-check';
import type { TestSubgraph } from '../../kit/federation.js';

/** A field of T with a text value; other subgraphs resolve the fields that it requires. */
export interface ChainField {
  name: string;
  subgraph: string;
  /** The names of the required fields; `next.x` is the field `x` of the T that `next` returns. */
  requires: readonly string[];
}

/** Subgraphs that all have T with its key, and a field `next` that returns another T. */
export interface Chain {
  subgraphs: readonly string[];
  fields: readonly ChainField[];
  next: ChainField;
}

/** The kinds of root fields that return a T, in every subgraph: T itself, a list, an entity with a field that returns T, an interface. */
const WAYS = ['one', 'list', 'entity', 'thing'] as const;

export interface ChainOperation {
  way: (typeof WAYS)[number];
  /** The subgraph of the root field, and `over` that of the field from the entity to its T. */
  from: string;
  over: string;
  /** The selected fields of T, and those of its `next`. */
  fields: readonly string[];
  nextFields: readonly string[];
}

export interface ChainCase {
  chain: Chain;
  operations: readonly ChainOperation[];
}

const NAMES = ['a', 'b', 'c', 'd'];
const number = fc.nat({ max: 1000 });
const pick = <Item>(items: readonly Item[], index: number): Item => items[index % items.length]!;
const unique = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];

/** Random chains, each with operations of clients. */
export const chainCases: fc.Arbitrary<ChainCase> = fc
  .record({
    count: fc.integer({ min: 2, max: NAMES.length }),
    base: fc.array(number, { minLength: 1, maxLength: 2 }),
    next: fc.tuple(number, fc.option(number)),
    links: fc.array(fc.record({ subgraph: number, requires: fc.array(number, { minLength: 1, maxLength: 2 }) }), {
      minLength: 1,
      maxLength: 4,
    }),
    operations: fc.array(
      fc.record({
        way: fc.constantFrom(...WAYS),
        from: number,
        over: number,
        fields: fc.array(number, { minLength: 1, maxLength: 3 }),
        nextFields: fc.array(number, { maxLength: 2 }),
      }),
      { minLength: 8, maxLength: 8 },
    ),
  })
  .map(({ count, base, next: [nextSubgraph, nextRequires], links, operations }) => {
    const subgraphs = NAMES.slice(0, count);
    const fields: ChainField[] = base.map((subgraph, index) => ({ name: `x${index}`, subgraph: pick(subgraphs, subgraph), requires: [] }));
    const elsewhere = (subgraph: string): string[] => fields.filter((field) => field.subgraph !== subgraph).map(({ name }) => name);
    const home = pick(subgraphs, nextSubgraph);
    const forNext = nextRequires === null ? [] : elsewhere(home);
    const next = { name: 'next', subgraph: home, requires: forNext.length > 0 ? [pick(forNext, nextRequires!)] : [] };
    for (const [index, link] of links.entries()) {
      const subgraph = pick(subgraphs, link.subgraph);
      const known = elsewhere(subgraph);
      const candidates = [...known, ...known.map((name) => `next.${name}`)];
      const requires = candidates.length > 0 ? unique(link.requires.map((one) => pick(candidates, one))) : [];
      fields.push({ name: `r${index}`, subgraph, requires });
    }
    const names = fields.map(({ name }) => name);
    return {
      chain: { subgraphs, fields, next },
      operations: operations.map(({ way, from, over, fields: fieldIndexes, nextFields }) => ({
        way,
        from: pick(subgraphs, from),
        over: pick(subgraphs, over),
        fields: unique(fieldIndexes.map((one) => pick(names, one))),
        nextFields: unique(nextFields.map((one) => pick(names, one))),
      })),
    };
  });

const after = (id: number): number => id + 10;

/** The expected value of a field of the T with an id: a text that contains the values of its required fields. */
function valueOf(chain: Chain, id: number, name: string): string {
  const { requires } = chain.fields.find((field) => field.name === name)!;
  return textOf(
    name,
    id,
    requires.map((one) => (one.startsWith('next.') ? valueOf(chain, after(id), one.slice(5)) : valueOf(chain, id, one))),
  );
}

const textOf = (name: string, id: number, values: readonly unknown[]): string => `${name}-${id}(${values.join()})`;

/** The operation of a client and its expected data. */
export function expectedResult(chain: Chain, { way, from, over, fields, nextFields }: ChainOperation): { query: string; data: unknown } {
  const set = `{ ${fields.join(' ')} ${nextFields.length > 0 ? `next { ${nextFields.join(' ')} }` : ''} }`;
  const values = (id: number, names: readonly string[]): object =>
    Object.fromEntries(names.map((name) => [name, valueOf(chain, id, name)]));
  const object = (id: number): object => ({ ...values(id, fields), ...(nextFields.length > 0 && { next: values(after(id), nextFields) }) });
  switch (way) {
    case 'one':
      return { query: `{ one_${from} ${set} }`, data: { [`one_${from}`]: object(1) } };
    case 'list':
      return { query: `{ list_${from} ${set} }`, data: { [`list_${from}`]: [object(1), object(2)] } };
    case 'entity':
      return { query: `{ entity_${from} { of_${over} ${set} } }`, data: { [`entity_${from}`]: { [`of_${over}`]: object(1) } } };
    case 'thing':
      return { query: `{ things_${from} { id ... on T ${set} } }`, data: { [`things_${from}`]: [{ id: '1', ...object(1) }] } };
  }
}

/** The subgraphs of a chain; an external field fails if it is selected. */
export function chainGraph(chain: Chain): Record<string, TestSubgraph> {
  return Object.fromEntries(chain.subgraphs.map((name) => [name, chainSubgraph(chain, name)]));
}

type Parent = Record<string, unknown> & { id: string };

function chainSubgraph({ fields, next }: Chain, subgraph: string): TestSubgraph {
  const own = [...fields, next].filter((field) => field.subgraph === subgraph);
  const parts = unique(own.flatMap(({ requires }) => requires).flatMap((one) => one.split('.')));
  const external = parts.filter((name) => !own.some((field) => field.name === name));
  const typeOf = (name: string): string => (name === 'next' ? 'T' : 'String');
  const sets = (requires: readonly string[]): string => requires.map((one) => one.replace(/next\.(.*)/, 'next { $1 }')).join(' ');
  const sdl = own.map(
    ({ name, requires }) => `${name}: ${typeOf(name)} ${requires.length > 0 ? `@requires(fields: "${sets(requires)}")` : ''}`,
  );
  const known = (parent: Parent, requires: readonly string[]): unknown[] =>
    requires.map((one) => (one.startsWith('next.') ? (parent.next as Parent | undefined)?.[one.slice(5)] : parent[one]));
  const resolvers = own.map(({ name, requires }) => [
    name,
    (parent: Parent) => {
      const values = known(parent, requires);
      if (name !== 'next') return textOf(name, Number(parent.id), values);
      return values.includes(undefined) ? null : { id: String(after(Number(parent.id))) };
    },
  ]);
  const failing = external.map((name) => [
    name,
    () => {
      throw new Error(`${name} is external in ${subgraph}`);
    },
  ]);
  const reference = (parent: Parent): Parent => parent;
  const t = (id: number) => () => ({ __typename: 'T', id: String(id) });
  return {
    typeDefs: `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@external"])
      type Query { one_${subgraph}: T list_${subgraph}: [T] entity_${subgraph}: Entity things_${subgraph}: [Thing] }
      interface Thing { id: ID! }
      type Entity @key(fields: "id") { id: ID! of_${subgraph}: T }
      type T implements Thing @key(fields: "id") {
        id: ID!
        ${sdl.join(' ')}
        ${external.map((name) => `${name}: ${typeOf(name)} @external`).join(' ')}
      }`,
    resolvers: {
      Query: {
        [`one_${subgraph}`]: t(1),
        [`list_${subgraph}`]: () => [t(1)(), t(2)()],
        [`entity_${subgraph}`]: () => ({ id: '1' }),
        [`things_${subgraph}`]: () => [t(1)()],
      },
      Entity: { __resolveReference: reference, [`of_${subgraph}`]: t(1) },
      T: { __resolveReference: reference, ...Object.fromEntries([...resolvers, ...failing]) },
    },
  };
}
