import type { Logger } from 'pino';
import { codedError } from '../errors/coded-error.js';
import { CoalescingSignal } from './coalescing-signal.js';
import type { Listen } from './listen.js';

/** What a trigger of the migrations tells: `<table> <organization> <id>`, in the transaction that changes the row. */
const CHANNEL = 'row_changes';

/** One row of one organization. Ids are UUIDs in lower case. */
export interface RowKey {
  table: string;
  organizationId: string;
  id: string;
}

/**
 * The changes of rows, whichever replica makes them, told to whoever follows them in this process. The first follower
 * costs the database a LISTEN, the others nothing.
 */
export class RowChanges {
  readonly #listen: Listen;
  readonly #logger: Logger;
  readonly #followers = new Map<string, Set<CoalescingSignal>>();
  #listening: Promise<() => Promise<void>> | undefined;
  #isClosed = false;

  constructor(listen: Listen, logger: Logger) {
    this.#listen = listen;
    this.#logger = logger;
  }

  /** A bell that rings after every change of the row that is committed from now on. Close it. */
  async subscribe({ table, organizationId, id }: RowKey): Promise<CoalescingSignal> {
    if (this.#isClosed) throw codedError('UNAVAILABLE', 'This server is closing.');
    await (this.#listening ??= this.#start());
    const payload = `${table} ${organizationId} ${id}`;
    const bells = this.#followers.get(payload) ?? new Set();
    this.#followers.set(payload, bells);
    const bell = new CoalescingSignal(() => {
      bells.delete(bell);
      if (bells.size === 0) this.#followers.delete(payload);
    });
    bells.add(bell);
    return bell;
  }

  /** Ends what is followed, and listens no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const bell of this.#everyBell()) bell.close();
    const stop = await this.#listening?.catch(() => undefined); // Its follower was told why it does not listen.
    await stop?.();
  }

  async #start(): Promise<() => Promise<void>> {
    try {
      return await this.#listen(CHANNEL, {
        onNotification: (payload) => this.#followers.get(payload)?.forEach((bell) => bell.notify()),
        onConnectionLost: (error) => this.#logger.warn({ err: error }, 'changes are not heard'),
        // Whatever happened meanwhile was not told, so everybody looks.
        onReconnected: () => this.#everyBell().forEach((bell) => bell.notify()),
      });
    } catch (error) {
      this.#listening = undefined; // The next follower tries again.
      throw error;
    }
  }

  #everyBell(): CoalescingSignal[] {
    return [...this.#followers.values()].flatMap((bells) => [...bells]);
  }
}
