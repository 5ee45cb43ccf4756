import { Kind } from 'graphql';
import { scalars } from '../../subgraphs/shared/schema/scalars.js';

const { DateTime, SafeInt } = scalars;

describe('DateTime', () => {
  it.each(['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59-14:00'])(
    'refuses %s, which the database cannot store, as a variable and as a literal',
    (value) => {
      expect(() => DateTime.parseValue(value)).toThrow(expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }));
      expect(() => DateTime.parseLiteral({ kind: Kind.STRING, value })).toThrow('between the years 1 and 9999');
    },
  );

  it('parses the earliest and the latest moment', () => {
    for (const value of ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])
      expect((DateTime.parseValue(value) as Date).toISOString()).toBe(value);
  });
});

describe('SafeInt', () => {
  it('serializes bigint values as numbers, and refuses values that a client would round', () => {
    expect(SafeInt.serialize(12n)).toBe(12);
    expect(() => SafeInt.serialize(2n ** 60n)).toThrow('unsafe');
  });
});
