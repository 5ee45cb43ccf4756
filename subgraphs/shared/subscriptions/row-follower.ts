import { interruptible } from '../async-iterator/interruptible.js';
import { codedError } from '../errors/coded-error.js';
import type { CoalescingSignal } from './coalescing-signal.js';
import type { FollowRow, FollowedRow, RevisedRow } from './followed-row.js';
import type { RowChanges } from './row-changes.js';

/** Returns the event id of a state of a row. A client that reconnects sends the last one as `Last-Event-ID`. */
export const eventIdOf = ({ revision }: RevisedRow): string => String(revision);

/** Creates the function with which one request follows rows. The state with `lastEventId` is left out: the client has it already. */
export const createRowFollower =
  (changes: RowChanges, lastEventId?: string): FollowRow =>
  async (followed) => {
    const changed = await changes.subscribe(followed);
    try {
      const current = await followed.read();
      if (!current) throw codedError('NOT_FOUND', `Nothing with the id "${followed.id}" exists in your organization.`);
      return interruptible(states(followed, { changed, current, lastEventId }), { onInterrupt: () => changed.close() });
    } catch (error) {
      changed.close();
      throw error;
    }
  };

interface FollowedState<Row> {
  /** Notified when the row has changed. */
  changed: CoalescingSignal;
  current: Row;
  lastEventId: string | undefined;
}

/** Yields each state that differs from the last one. Several changes between two reads yield one state, so that nothing queues up. */
async function* states<Row extends RevisedRow>(
  followed: FollowedRow<Row>,
  { changed, current, lastEventId }: FollowedState<Row>,
): AsyncGenerator<Row, void, void> {
  try {
    for (let row: Row | null = current; row; row = (await changed.wait()) ? await followed.read() : null) {
      changed.notifyAt(followed.expiresAt?.(row) ?? null);
      if (eventIdOf(row) !== lastEventId) yield row;
      lastEventId = eventIdOf(row);
      if (followed.isFinal?.(row)) return;
    }
  } finally {
    changed.close();
  }
}
