import { getIntrospectionQuery, getOperationAST, parse } from 'graphql';
import { OperationLimits } from '../../gateway/guards/operation-limits.js';

const check = (text: string) => {
  const document = parse(text);
  return () => new OperationLimits().check({ document, operation: getOperationAST(document)! });
};
const many = (count: number, text: (index: number) => string) => Array.from({ length: count }, (_, index) => text(index)).join(' ');
/** Each fragment spreads the next one twice, which selects 2^depth fields. */
const doubling = (depth: number) =>
  `{ node { ...F0 } }
  ${many(depth, (index) => `fragment F${index} on Node { a { ...F${index + 1} } b { ...F${index + 1} } }`)}
  fragment F${depth} on Node { id }`;

const deep = (depth: number): string => `{ ${'a {'.repeat(depth - 1)} id ${'}'.repeat(depth - 1)} }`;

describe('an operation within the limits', () => {
  it.each([
    ['30 aliases', `{ node { ${many(30, (index) => `a${index}: id`)} } }`],
    ['20 root fields', `{ ${many(20, () => 'id')} }`],
    ['thousands of fields', doubling(10)],
    ['12 fields nested in one another', deep(12)],
    ['the introspection of all of the schema', getIntrospectionQuery()],
    ['20 deferred fragments', `{ node { ${many(20, () => '... @defer { id }')} } }`],
  ])('can have %s', (_, text) => expect(check(text)).not.toThrow());

  it.each([
    ['31 aliases', `{ node { ...A } } fragment A on Node { ${many(31, (index) => `a${index}: id`)} }`, 'aliases'],
    ['21 root fields', `{ ... { ...A } } fragment A on Query { ${many(21, () => 'id')} }`, 'root fields'],
    ['ten thousand fields', doubling(14), 'fields; the limit is 10000.'],
    ['21 deferred fragments', `{ node { ...A ...A ...A } } fragment A on Node { ${many(7, () => '... @defer { id }')} }`, 'deferred'],
    ['a deferred fragment for each of many objects', doubling(6).replace('{ id }', '{ ... @defer { id } }'), 'deferred'],
    ['more fields than there are atoms', doubling(300), 'fields; the limit is 10000.'],
    ['13 fields nested in one another', deep(13), 'is 13 fields deep; the limit is 12.'],
    ['13 fields nested in fragments', `{ a { ...A } } fragment A on T { ${deep(12)} }`.replace('{ {', '{ ... {'), '13 fields deep'],
    ['four introspections', `{ ${many(4, (index) => `a${index}: __schema { description }`)} }`, 'introspection'],
  ])('cannot have %s', (_, text, message) => expect(check(text)).toThrow(message));
});
