import type { RowKey } from './changes.js';

/** A row that a trigger counts the changes of. */
export interface Revised {
  revision: number;
}

/** A row that can be followed, as its store describes it. Its table has the triggers of the migration `tell_changes`. */
export interface Subject<Row extends Revised> extends RowKey {
  /** The row as it is now, past every loader; null where the viewer may see none. */
  read(): Promise<Row | null>;
  /** True where no change will come after this state that a follower waits for. */
  isFinal?(row: Row): boolean;
  /** When the row ceases to exist without any change; null where it does not. */
  expiresAt?(row: Row): Date | null;
}

/**
 * The states of a row: the present one first, then the newest after each change, until it is final or gone. NOT_FOUND
 * where the viewer may see none.
 */
export type Follow = <Row extends Revised>(subject: Subject<Row>) => Promise<AsyncIterable<Row>>;

/** What a context offers the resolvers of Subscription. */
export interface FollowingContext {
  follow: Follow;
}
