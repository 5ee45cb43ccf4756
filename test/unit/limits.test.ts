import { getOperationAST, parse } from 'graphql';
import { OperationLimits } from '../../gateway/guards/operation-limits.js';

const check = (text: string) => {
  const document = parse(text);
  return () => new OperationLimits().check({ document, operation: getOperationAST(document)! });
};
const many = (count: number, text: (index: number) => string) => Array.from({ length: count }, (_, index) => text(index)).join(' ');
/** Each fragment asks twice for the one below: 2^depth fields. */
const doubling = (depth: number) =>
  `{ node { ...F0 } }
  ${many(depth, (index) => `fragment F${index} on Node { a { ...F${index + 1} } b { ...F${index + 1} } }`)}
  fragment F${depth} on Node { id }`;

describe('an operation within the limits', () => {
  it.each([
    ['30 aliases', `{ node { ${many(30, (index) => `a${index}: id`)} } }`],
    ['20 root fields', `{ ${many(20, () => 'id')} }`],
    ['thousands of fields', doubling(11)],
    ['20 deferred fragments', `{ node { ${many(20, () => '... @defer { id }')} } }`],
  ])('can have %s', (_, text) => expect(check(text)).not.toThrow());

  it.each([
    ['31 aliases', `{ node { ...A } } fragment A on Node { ${many(31, (index) => `a${index}: id`)} }`, 'aliases'],
    ['21 root fields', `{ ... { ...A } } fragment A on Query { ${many(21, () => 'id')} }`, 'root fields'],
    ['ten thousand fields', doubling(14), 'fields; the limit is 10000.'],
    ['21 deferred fragments', `{ node { ...A ...A ...A } } fragment A on Node { ${many(7, () => '... @defer { id }')} }`, 'deferred'],
    ['a deferred fragment for each of many objects', doubling(6).replace('{ id }', '{ ... @defer { id } }'), 'deferred'],
    ['more fields than there are atoms', doubling(300), 'fields; the limit is 10000.'],
  ])('cannot have %s', (_, text, message) => expect(check(text)).toThrow(message));
});
