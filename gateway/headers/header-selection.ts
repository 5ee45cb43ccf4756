import type { HeaderSelector } from './header-rules.js';

/** The longest name of a header that patterns are tested with, in characters: a pattern may need much time for long names. */
const MAX_NAME = 128;

/** Returns the function that tells if a rule applies to a header, given its name in lower case. */
export function headerSelection({ named = [], matching = [], exclude = [] }: HeaderSelector): (name: string) => boolean {
  const names = new Set(named);
  const isMatched = (patterns: readonly RegExp[], name: string): boolean =>
    name.length <= MAX_NAME && patterns.some((pattern) => pattern.test(name));
  return (name) => (names.has(name) || isMatched(matching, name)) && !isMatched(exclude, name);
}
