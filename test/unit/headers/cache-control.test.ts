import fc from 'fast-check';
import { formatCacheControl, NO_STORE, parseCacheControl, strictest, type CachePolicy } from '../../../gateway/headers/cache-control.js';

const merged = (...headers: string[]): string => formatCacheControl(headers.map(parseCacheControl).reduce(strictest));

describe('the cache policies of several responses', () => {
  it.each([
    [['max-age=60', 'max-age=30, private', 'public, max-age=300'], 'private, max-age=30'],
    [['max-age=60', 'No-Store'], 'no-store'],
    [['public, max-age=9', 'PUBLIC, max-age=7'], 'public, max-age=7'],
    [['public, max-age=9', 'max-age=70'], 'max-age=9'],
    [['max-age=60, must-revalidate', 'max-age=90, no-cache'], 'no-cache, max-age=60, must-revalidate'],
    [['max-age=60, s-maxage=600', 'max-age=90'], 'max-age=60, s-maxage=90'],
    [['s-maxage=5, max-age=60', 'private, max-age=60'], 'private, max-age=60'],
    [['private="set-cookie, x-user", max-age=5', 'max-age=6'], 'private, max-age=5'],
  ])('%j become "%s"', (headers, expected) => {
    expect(merged(...headers)).toBe(expected);
    expect(merged(...headers.toReversed())).toBe(expected);
  });

  it.each([
    ['a time that is no number', 'max-age=soon', 'max-age=0'],
    ['a negative time', 'max-age=-1', 'max-age=0'],
    ['a time with a fraction', 'max-age=1.5', 'max-age=0'],
    ['a missing time', 'max-age', 'max-age=0'],
    ['two times', 'max-age=60, max-age=6', 'max-age=6'],
    ['a time in quotes', 'max-age="60"', 'max-age=60'],
    ['a time that is too large', 'max-age=99999999999999999999', 'max-age=2147483648'],
    ['no known directive', 'no store, immutable', 'no-store'],
    ['an empty text', '', 'no-store'],
    ['an unclosed quote', 'private="x, no-store, max-age=60', 'no-store'],
    ['a directive in the argument of another', 'no-cache="a, no-store", max-age=5', 'no-cache, max-age=5'],
    ['empty members', ' , ,max-age = 5,,', 'max-age=5'],
    ['a thousand directives', Array(1000).fill('max-age=60').join(), 'no-store'],
  ])('treat %s strictly', (_, header, expected) => expect(merged(header)).toBe(expected));

  const seconds = fc.option(fc.nat(1000));
  const policies: fc.Arbitrary<CachePolicy> = fc.record({
    noStore: fc.boolean(),
    noCache: fc.boolean(),
    isPrivate: fc.boolean(),
    isPublic: fc.boolean(),
    mustRevalidate: fc.boolean(),
    maxAge: seconds,
    sharedMaxAge: fc.constant(null),
  });

  it('merge in any order to the same policy, which is as strict as each', () => {
    fc.assert(
      fc.property(policies, policies, policies, (a, b, c) => {
        const all = strictest(strictest(a, b), c);
        expect(all).toEqual(strictest(c, strictest(b, a)));
        expect(strictest(all, a)).toEqual(all);
        expect(formatCacheControl(strictest(all, NO_STORE))).toBe('no-store');
      }),
    );
  });

  it('are never looser than one of the headers, whatever these contain', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 40 }), { minLength: 1, maxLength: 4 }), fc.nat(9), (headers, age) => {
        const { noStore, maxAge } = parseCacheControl(merged(...headers, `max-age=${age}`));
        expect(noStore || (maxAge !== null && maxAge <= age)).toBe(true);
      }),
    );
  });
});
