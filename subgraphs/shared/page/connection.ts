/** A row and its cursor. */
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

/** The rows of a page. `more` is true if there are further rows in the direction of reading. */
export interface Page<Row> {
  edges: readonly Edge<Row>[];
  more: boolean;
}

/**
 * A Relay connection that reads only the parts that are selected: `totalCount` alone reads no page, and `nodes` with `pageInfo`
 * read one.
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
    // Behind the cursor there is at least the row of the cursor itself.
    return {
      hasNextPage: backward ? cursor !== null : more,
      hasPreviousPage: backward ? more : cursor !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    };
  };
}
