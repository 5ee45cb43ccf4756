import DataLoader from 'dataloader';
import { isId } from '../input/id.js';
import { groupBy } from './group-by.js';

/** Finds rows by a unique id; null for what is unknown, another organization's, or no id at all. */
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

  /** Forgets a row that a mutation changed, so that its answer shows the new one. */
  clear(id: string): void {
    this.#loader.clear(id.toLowerCase());
  }
}

/** Finds the whole (small) list of rows that belongs to each id. */
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
