/** A row and its place. */
export interface Edge<Row> {
  node: Row;
  cursor: string;
}

export interface PageInfo {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
}

/** The rows of a page that was read, and whether there are more in the direction of reading. */
export interface Page<Row> {
  edges: readonly Edge<Row>[];
  more: boolean;
}

/**
 * A Relay connection whose parts are read only when selected: asking for `totalCount` alone reads no page, and
 * asking for `nodes` and `pageInfo` reads one.
 */
export class Connection<Row> {
  readonly #page: () => Promise<Page<Row>>;
  readonly #count: () => Promise<number>;
  readonly #window: { backward: boolean; cursor: string | null };

  constructor(window: { backward: boolean; cursor: string | null }, page: () => Promise<Page<Row>>, count: () => Promise<number>) {
    this.#window = window;
    this.#page = page;
    this.#count = count;
  }

  edges = async (): Promise<readonly Edge<Row>[]> => (await this.#page()).edges;

  nodes = async (): Promise<readonly Row[]> => (await this.edges()).map((edge) => edge.node);

  totalCount = (): Promise<number> => this.#count();

  pageInfo = async (): Promise<PageInfo> => {
    const { edges, more } = await this.#page();
    const { backward, cursor } = this.#window;
    // On the side that the cursor came from there is at least the row at the cursor.
    return {
      hasNextPage: backward ? cursor !== null : more,
      hasPreviousPage: backward ? more : cursor !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    };
  };
}
