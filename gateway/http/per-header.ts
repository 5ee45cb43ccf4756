import { LRUCache } from 'lru-cache';

const MAX_CACHED_HEADERS = 1000;
/** Characters of the longest header that is cached. */
const MAX_CACHED_LENGTH = 300;

/** Returns a function that negotiates content like `choose`, and caches its choices: a client sends the same header with each request. */
export function perHeader<Choice>(choose: (header: string) => Choice): (header: string) => Choice {
  const choices = new LRUCache<string, { choice: Choice }>({ max: MAX_CACHED_HEADERS });
  return (header) => {
    const known = choices.get(header);
    if (known) return known.choice;
    const choice = choose(header);
    if (header.length <= MAX_CACHED_LENGTH) choices.set(header, { choice });
    return choice;
  };
}
