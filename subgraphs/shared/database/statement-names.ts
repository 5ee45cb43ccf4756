import { LRUCache } from 'lru-cache';

/** A statement gets a name at this use. Statements that are rarely used are not worth preparing. */
const USES_BEFORE_NAMING = 3;
/** The database keeps each named statement with its plan on each connection until the connection ends. */
const MAX_NAMES = 200;
const MAX_COUNTED_STATEMENTS = 1000;
/** In characters. Inserts of many rows are long, and each number of rows is another statement. */
const MAX_STATEMENT_LENGTH = 8192;

/**
 * Gives names to recurring statements. The database parses a named statement once per connection, and plans it once if a
 * generic plan is as good as one for the given values.
 */
export class StatementNames {
  readonly #names = new Map<string, string>();
  readonly #useCounts = new LRUCache<string, number>({ max: MAX_COUNTED_STATEMENTS });

  /** Returns the name of the statement, which never changes, or '' (the unnamed statement of the protocol) if it has none yet. */
  nameOf(text: string): string {
    const name = this.#names.get(text);
    if (name !== undefined || this.#names.size >= MAX_NAMES || text.length > MAX_STATEMENT_LENGTH) return name ?? '';
    const uses = (this.#useCounts.get(text) ?? 0) + 1;
    this.#useCounts.set(text, uses);
    if (uses < USES_BEFORE_NAMING) return '';
    this.#useCounts.delete(text);
    const newName = `statement_${this.#names.size}`;
    this.#names.set(text, newName);
    return newName;
  }
}
