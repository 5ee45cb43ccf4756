import { LRUCache } from 'lru-cache';

/** A statement is given a name when it is sent for this many times: what is sent once is not worth keeping. */
const TIMES = 3;
/** The database keeps each named statement with its plan, for every connection, until that ends. */
const MAX_NAMES = 200;
const MAX_COUNTED = 1000;
/** A list of thousands of rows is a text of its own for each length, and megabytes where it is kept. */
const MAX_CHARACTERS = 8192;

/**
 * Names for the statements that recur: the database parses a named one once for a connection, and plans it once where that plan
 * is as good as one for the values at hand.
 */
export class StatementNames {
  readonly #names = new Map<string, string>();
  readonly #times = new LRUCache<string, number>({ max: MAX_COUNTED });

  /** The name of this text, which is always the same; empty, as the protocol calls the unnamed statement, for one that has none yet. */
  of(text: string): string {
    const name = this.#names.get(text);
    if (name !== undefined || this.#names.size >= MAX_NAMES || text.length > MAX_CHARACTERS) return name ?? '';
    const times = (this.#times.get(text) ?? 0) + 1;
    this.#times.set(text, times);
    if (times < TIMES) return '';
    this.#times.delete(text);
    const given = `statement_${this.#names.size}`;
    this.#names.set(text, given);
    return given;
  }
}
