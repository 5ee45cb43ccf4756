import fc from 'fast-check';
import { decodeCursor, encodeCursor, queryFingerprint, type SortValue } from '../../subgraphs/shared/page/cursor.js';

const position = fc.record({
  value: fc.oneof(
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
    fc.boolean(),
    fc.constant(null),
  ) as fc.Arbitrary<SortValue>,
  id: fc.uuid(),
});
const anything = () => true;

describe('a cursor', () => {
  it('decodes to the position that it was made of', () => {
    fc.assert(fc.property(position, (place) => expect(decodeCursor('query', encodeCursor('query', place), anything)).toEqual(place)));
  });

  it('is refused for another query', () => {
    fc.assert(
      fc.property(position, fc.string(), fc.string(), (place, one, other) => {
        fc.pre(one !== other);
        expect(() => decodeCursor(other, encodeCursor(one, place), anything)).toThrow('belongs to another query');
      }),
    );
  });

  it('is refused with BAD_USER_INPUT if it is any other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) =>
        expect(() => decodeCursor('query', text, anything)).toThrow(expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } })),
      ),
    );
  });

  it('identifies the same query for any order of filter fields', () => {
    expect(queryFingerprint({ a: 1, b: { c: 2, d: 3 } })).toBe(queryFingerprint({ b: { d: 3, c: 2 }, a: 1 }));
    expect(queryFingerprint({ a: 1 })).not.toBe(queryFingerprint({ a: 2 }));
  });
});
