import fc from 'fast-check';
import { PersistedQueries } from '../../../gateway/documents/persisted-queries.js';

const LIMITS = { maxBytes: 4000, maxDocuments: 20 };
const addition = fc.record({
  principal: fc.constantFrom('a', 'b', 'c', 'd'),
  length: fc.integer({ min: 1, max: 600 }),
});

/** Adds documents, named by their index, and returns the bytes that remain per principal. */
function addAll(additions: readonly { principal: string; length: number }[]) {
  const queries = new PersistedQueries(LIMITS);
  for (const [index, { principal, length }] of additions.entries()) queries.add(String(index), 'x'.repeat(length), principal);
  const stored = additions.flatMap(({ principal, length }, index) =>
    queries.find(String(index)) === undefined ? [] : [{ principal, bytes: Math.max(2 * length, 200) }],
  );
  const bytesOf = (principal: string) => stored.filter((one) => one.principal === principal).reduce((sum, { bytes }) => sum + bytes, 0);
  return { stored, bytesOf, total: stored.reduce((sum, { bytes }) => sum + bytes, 0) };
}

describe('the persisted queries', () => {
  it('never take more bytes or entries than the limits', () => {
    fc.assert(
      fc.property(fc.array(addition, { maxLength: 200 }), (additions) => {
        const { stored, total } = addAll(additions);
        expect(total).toBeLessThanOrEqual(LIMITS.maxBytes);
        expect(stored.length).toBeLessThanOrEqual(LIMITS.maxDocuments);
      }),
    );
  });

  it('keep all documents of a principal that has at most an equal share, whatever the others add', () => {
    const modest = fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 10 }).filter((lengths) => {
      const bytes = lengths.reduce((sum, length) => sum + Math.max(2 * length, 200), 0);
      return bytes <= LIMITS.maxBytes / 5;
    });
    fc.assert(
      fc.property(modest, fc.array(addition, { minLength: 50, maxLength: 300 }), (lengths, others) => {
        const { bytesOf } = addAll([...lengths.map((length) => ({ principal: 'modest', length })), ...others]);
        expect(bytesOf('modest')).toBe(lengths.reduce((sum, length) => sum + Math.max(2 * length, 200), 0));
      }),
    );
  });

  it('lose the least recently used document of the largest principal first', () => {
    const queries = new PersistedQueries({ maxBytes: 1000, maxDocuments: 10 });
    for (const hash of ['1', '2', '3', '4']) queries.add(hash, 'x'.repeat(100), 'large');
    queries.add('5', 'x'.repeat(100), 'small');
    expect(queries.find('1')).toBeDefined();
    queries.add('6', 'x'.repeat(100), 'small');
    expect(['1', '2', '3', '4', '5', '6'].filter((hash) => queries.find(hash) === undefined)).toEqual(['2']);
  });

  it('refuse a document that is larger than all space, and keep the others', () => {
    const queries = new PersistedQueries({ maxBytes: 1000, maxDocuments: 10 });
    queries.add('1', 'x', 'a');
    queries.add('2', 'x'.repeat(1000), 'b');
    expect([queries.find('1'), queries.find('2')]).toEqual(['x', undefined]);
  });
});
