import type { RowKey } from './row-changes.js';

/** A row that a trigger counts the changes of. */
export interface RevisedRow {
  revision: number;
}

/** A row that can be followed, as its store describes it. Its table has the triggers of the migration `tell_changes`. */
export interface FollowedRow<Row extends RevisedRow> extends RowKey {
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
export type FollowRow = <Row extends RevisedRow>(subject: FollowedRow<Row>) => Promise<AsyncIterable<Row>>;

/** What a context offers the resolvers of Subscription. */
export interface SubscriptionContext {
  follow: FollowRow;
}
