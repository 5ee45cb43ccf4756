import DataLoader from 'dataloader';
import { isId } from '../input/id.js';
import { groupBy } from './group-by.js';

/** Loads rows by a unique id, batched and cached. Resolves to null if the id is malformed, unknown, or of another organization. */
export class RowLoader<Row> {
  readonly #loader: DataLoader<string, Row | null>;

  constructor(read: (ids: string[]) => Promise<readonly Row[]>, idOf: (row: Row) => string) {
    this.#loader = new DataLoader(async (ids) => {
      const rows = new Map((await read([...ids])).map((row) => [idOf(row), row]));
      return ids.map((id) => rows.get(id) ?? null);
    });
  }

  load(id: string | null | undefined): Promise<Row | null> {
    return isId(id) ? this.#loader.load(id.toLowerCase()) : Promise.resolve(null);
  }

  /** Clears a row that a mutation has changed from the cache, so that its payload shows the new state. */
  clear(id: string): void {
    this.#loader.clear(id.toLowerCase());
  }
}

/** Loads the complete list of rows that belong to an id, batched and cached. For short lists; others are connections. */
export class RowListLoader<Row> {
  readonly #loader: DataLoader<string, Row[]>;

  constructor(read: (ids: string[]) => Promise<readonly Row[]>, idOf: (row: Row) => string) {
    this.#loader = new DataLoader(async (ids) => {
      const lists = groupBy(await read([...ids]), idOf);
      return ids.map((id) => lists.get(id) ?? []);
    });
  }

  load(id: string): Promise<Row[]> {
    return this.#loader.load(id.toLowerCase());
  }

  clear(id: string): void {
    this.#loader.clear(id.toLowerCase());
  }
}
