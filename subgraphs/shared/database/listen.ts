import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { Listen, Listener } from '../subscriptions/listen.js';

/** How long a new connection, or an answer on it, may take. */
const TIMEOUT_MS = 5_000;
/** How often an open connection is asked whether it lives: one that died without a word would be silent for ever. */
const PING_MS = 15_000;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/** Listens inside an embedded database, which cannot be lost. */
export const listenEmbedded =
  (pglite: PGlite): Listen =>
  (channel, { onNotification }) =>
    pglite.listen(channel, onNotification);

/** Listens on a connection of its own, which is opened again, later each time, when it is lost. */
export const listenOnPostgres =
  (connectionString: string): Listen =>
  async (channel, listener) => {
    const listening = new PostgresListening(connectionString, channel, listener);
    await listening.open();
    return () => listening.stop();
  };

class PostgresListening {
  readonly #connectionString: string;
  readonly #channel: string;
  readonly #listener: Listener;
  #client: pg.Client | undefined;
  #ping: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(connectionString: string, channel: string, listener: Listener) {
    this.#connectionString = connectionString;
    this.#channel = channel;
    this.#listener = listener;
  }

  async open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#connectionString,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
    });
    const lose = (error: Error) => this.#lose(client, error);
    client.on('error', lose);
    client.on('end', () => lose(new Error('The connection has ended.')));
    client.on('notification', ({ payload }) => this.#listener.onNotification(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${pg.escapeIdentifier(this.#channel)}`);
    } catch (error) {
      abandon(client);
      throw error;
    }
    if (this.#isStopped) return abandon(client);
    this.#client = client;
    this.#ping = setInterval(() => void client.query('SELECT 1').catch(lose), PING_MS).unref();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#retry);
    clearInterval(this.#ping);
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  /** An end is told several times over: as an error, as the end, and to the ping under way. */
  #lose(client: pg.Client, error: Error): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    clearInterval(this.#ping);
    abandon(client);
    this.#listener.onConnectionLost(error);
    this.#reopen(FIRST_DELAY_MS);
  }

  #reopen(delayMs: number): void {
    if (this.#isStopped) return;
    this.#retry = setTimeout(async () => {
      try {
        await this.open();
        if (!this.#isStopped) this.#listener.onReconnected();
      } catch {
        // That it was lost is told already; it stays so until the next try.
        this.#reopen(Math.min(2 * delayMs, LONGEST_DELAY_MS));
      }
    }, delayMs).unref();
  }
}

/** Ends a connection that may be dead: whether it hears us does not matter any more. */
function abandon(client: pg.Client): void {
  client.removeAllListeners('end').on('error', () => {});
  client.end().catch(() => {});
}
