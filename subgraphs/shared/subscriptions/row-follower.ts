import { interruptible } from '../async-iterator/interruptible.js';
import { codedError } from '../errors/coded-error.js';
import type { CoalescingSignal } from './coalescing-signal.js';
import type { RowChanges } from './row-changes.js';
import type { FollowRow, RevisedRow, FollowedRow } from './followed-row.js';

/** What a client names in `Last-Event-ID` to say that it has seen this state. */
export const eventIdOf = ({ revision }: RevisedRow): string => String(revision);

/** Follows rows for one request; `lastEventId` names the state that its client has seen and does not want again. */
export const rowFollower =
  (changes: RowChanges, lastEventId?: string): FollowRow =>
  async (subject) => {
    const bell = await changes.subscribe(subject);
    try {
      const present = await subject.read();
      if (!present) throw codedError('NOT_FOUND', 'Nothing that you may see has this id.');
      return interruptible(states(subject, bell, present, lastEventId), { onInterrupt: () => bell.close() });
    } catch (error) {
      bell.close();
      throw error;
    }
  };

/** Each state that differs from the one before. A change between two looks is seen with the next one: nothing queues up. */
async function* states<Row extends RevisedRow>(
  subject: FollowedRow<Row>,
  bell: CoalescingSignal,
  present: Row,
  seen: string | undefined,
): AsyncGenerator<Row, void, void> {
  try {
    for (let row: Row | null = present; row; row = (await bell.wait()) ? await subject.read() : null) {
      bell.notifyAt(subject.expiresAt?.(row) ?? null);
      if (eventIdOf(row) !== seen) yield row;
      seen = eventIdOf(row);
      if (subject.isFinal?.(row)) return;
    }
  } finally {
    bell.close();
  }
}
