/** The cache policy of a response, as its `Cache-Control` header states it (RFC 9111, section 5.2.2). */
export interface CachePolicy {
  readonly noStore: boolean;
  readonly noCache: boolean;
  readonly isPrivate: boolean;
  readonly isPublic: boolean;
  readonly mustRevalidate: boolean;
  /** The time for which any cache may use the response, in seconds; null if the response does not state it. */
  readonly maxAge: number | null;
  /** The time for shared caches, in seconds; null if `maxAge` applies to them. */
  readonly sharedMaxAge: number | null;
}

/** The strictest policy: no cache may store the response. */
export const NO_STORE: CachePolicy = {
  noStore: true,
  noCache: false,
  isPrivate: false,
  isPublic: false,
  mustRevalidate: false,
  maxAge: null,
  sharedMaxAge: null,
};

/** The largest number of seconds that caches must be able to represent (RFC 9111, section 1.2.2). */
const MAX_SECONDS = 2 ** 31;
/** A directive, whose argument may be in quotes. Text between directives that is none is skipped up to the next comma. */
const DIRECTIVE = /(?:^|,)[ \t]*([!#$%&'*+.^_`|~\w-]+)[ \t]*(?:=[ \t]*("(?:[^"\\]|\\.)*"|[^,"]*))?[ \t]*(?=,|$)/g;
/** The longest header that is parsed, in characters. */
const MAX_LENGTH = 1000;
const NAMES = new Set(['no-store', 'no-cache', 'private', 'public', 'must-revalidate', 'max-age', 's-maxage']);

/**
 * Parses a `Cache-Control` header. What is not valid makes the policy stricter: a time that is not a number is 0, the shorter of
 * two times applies, and a header that is too long or has no known directive forbids to store the response.
 */
export function parseCacheControl(text: string): CachePolicy {
  if (text.length > MAX_LENGTH) return NO_STORE;
  const directives = new Map<string, string[]>();
  for (const [, name, argument = ''] of text.matchAll(DIRECTIVE)) {
    const known = name!.toLowerCase();
    if (NAMES.has(known)) directives.set(known, [...(directives.get(known) ?? []), argument.trim()]);
  }
  if (directives.size === 0) return NO_STORE;
  const seconds = (name: string): number | null => {
    const values = directives.get(name)?.map(secondsOf);
    return values ? Math.min(...values) : null;
  };
  return {
    noStore: directives.has('no-store'),
    noCache: directives.has('no-cache'),
    isPrivate: directives.has('private'),
    isPublic: directives.has('public'),
    mustRevalidate: directives.has('must-revalidate'),
    maxAge: seconds('max-age'),
    sharedMaxAge: seconds('s-maxage'),
  };
}

/** Returns the policy that is as strict as both: a prohibition of one counts, a permission needs both, and the shorter time applies. */
export const strictest = (one: CachePolicy, other: CachePolicy): CachePolicy => ({
  noStore: one.noStore || other.noStore,
  noCache: one.noCache || other.noCache,
  isPrivate: one.isPrivate || other.isPrivate,
  isPublic: one.isPublic && other.isPublic,
  mustRevalidate: one.mustRevalidate || other.mustRevalidate,
  maxAge: shorter(one.maxAge, other.maxAge),
  sharedMaxAge:
    one.sharedMaxAge === null && other.sharedMaxAge === null
      ? null
      : shorter(one.sharedMaxAge ?? one.maxAge, other.sharedMaxAge ?? other.maxAge),
});

/** Returns the `Cache-Control` header of a policy. */
export function formatCacheControl({ noStore, noCache, isPrivate, isPublic, mustRevalidate, maxAge, sharedMaxAge }: CachePolicy): string {
  if (noStore) return 'no-store';
  const directives = [
    isPrivate ? 'private' : isPublic ? 'public' : '',
    noCache ? 'no-cache' : '',
    maxAge === null ? '' : `max-age=${maxAge}`,
    sharedMaxAge === null || isPrivate ? '' : `s-maxage=${sharedMaxAge}`,
    mustRevalidate ? 'must-revalidate' : '',
  ];
  return directives.filter(Boolean).join(', ');
}

const secondsOf = (argument: string): number => {
  const digits = /^"?(\d+)"?$/.exec(argument)?.[1];
  return digits === undefined ? 0 : Math.min(Number(digits), MAX_SECONDS);
};

const shorter = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : Math.min(one, other);
