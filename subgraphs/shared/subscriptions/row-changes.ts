import type { Logger } from 'pino';
import { codedError } from '../errors/coded-error.js';
import { CoalescingSignal } from './coalescing-signal.js';
import type { Listen } from './listen.js';

/** The channel on which a trigger notifies `<table> <organization> <id>`, in the transaction that changes the row. */
const CHANNEL = 'row_changes';

/** The key of a row of an organization. Ids are UUIDs in lower case. */
export interface RowKey {
  table: string;
  organizationId: string;
  id: string;
}

/**
 * The changes of rows by any replica, for the subscriptions of this process. The process executes one LISTEN, at the
 * first subscription; all further subscriptions share it.
 */
export class RowChanges {
  readonly #listen: Listen;
  readonly #logger: Logger;
  readonly #subscribers = new Map<string, Set<CoalescingSignal>>();
  #listening: Promise<() => Promise<void>> | undefined;
  #isClosed = false;

  constructor(listen: Listen, logger: Logger) {
    this.#listen = listen;
    this.#logger = logger;
  }

  /** Returns a signal that is notified of every change of the row that is committed from now on. The caller closes it. */
  async subscribe({ table, organizationId, id }: RowKey): Promise<CoalescingSignal> {
    if (this.#isClosed) throw codedError('UNAVAILABLE', 'The server is shutting down. Try again.');
    await (this.#listening ??= this.#startListening());
    const payload = `${table} ${organizationId} ${id}`;
    const signals = this.#subscribers.get(payload) ?? new Set();
    this.#subscribers.set(payload, signals);
    const signal = new CoalescingSignal(() => {
      signals.delete(signal);
      if (signals.size === 0) this.#subscribers.delete(payload);
    });
    signals.add(signal);
    return signal;
  }

  /** Closes all signals and stops listening. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const signal of this.#allSignals()) signal.close();
    const stop = await this.#listening?.catch(() => undefined); // The subscriber that started it has received the error.
    await stop?.();
  }

  async #startListening(): Promise<() => Promise<void>> {
    try {
      return await this.#listen(CHANNEL, {
        onNotification: (payload) => this.#subscribers.get(payload)?.forEach((signal) => signal.notify()),
        onConnectionLost: (error) => this.#logger.warn({ err: error }, 'connection for row changes lost'),
        // Changes in the meantime were missed, so every subscriber reads its row again.
        onReconnected: () => this.#allSignals().forEach((signal) => signal.notify()),
      });
    } catch (error) {
      this.#listening = undefined; // The next subscription tries again.
      throw error;
    }
  }

  #allSignals(): CoalescingSignal[] {
    return [...this.#subscribers.values()].flatMap((signals) => [...signals]);
  }
}
