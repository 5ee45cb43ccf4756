import type { RowKey } from './row-changes.js';

/** A row with a `revision`, which a trigger increments with each change. */
export interface RevisedRow {
  revision: number;
}

/** A row that a subscription follows, as its store describes it. The migration `tell_changes` gives its table the triggers. */
export interface FollowedRow<Row extends RevisedRow> extends RowKey {
  /** Reads the current row from the database, without a loader. Returns null if the viewer's organization has no such row. */
  read(): Promise<Row | null>;
  /** True if the row will not change any more in a way that a subscriber is interested in. */
  isFinal?(row: Row): boolean;
  /** Returns the time at which the row expires without a change, or null if it does not expire. */
  expiresAt?(row: Row): Date | null;
}

/**
 * Returns the states of a row: the current one, then the newest one after each change, until the row is final or gone. Throws
 * NOT_FOUND if the viewer's organization has no such row.
 */
export type FollowRow = <Row extends RevisedRow>(row: FollowedRow<Row>) => Promise<AsyncIterable<Row>>;

/** The part of the context that the resolvers of Subscription use. */
export interface SubscriptionContext {
  follow: FollowRow;
}
