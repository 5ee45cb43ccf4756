import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { Listen, Listener } from '../subscriptions/listen.js';

/** The time limit of connecting and of each statement. */
const TIMEOUT_MS = 5_000;
/** The interval of queries that detect a lost connection, which TCP alone may not report. */
const PING_INTERVAL_MS = 15_000;
const FIRST_RETRY_DELAY_MS = 100;
const MAX_RETRY_DELAY_MS = 5_000;

/** Listens on an embedded database, whose connection cannot be lost. */
export const listenEmbedded =
  (pglite: PGlite): Listen =>
  (channel, { onNotification }) =>
    pglite.listen(channel, onNotification);

/** Listens on a connection of its own, which is reopened with exponential backoff if it is lost. */
export const listenOnPostgres =
  (connectionString: string): Listen =>
  async (channel, listener) => {
    const connection = new PostgresListenConnection(connectionString, channel, listener);
    await connection.open();
    return () => connection.stop();
  };

class PostgresListenConnection {
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
    const onLost = (error: Error) => this.#onLost(client, error);
    client.on('error', onLost);
    client.on('end', () => onLost(new Error('The connection has ended.')));
    client.on('notification', ({ payload }) => this.#listener.onNotification(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${pg.escapeIdentifier(this.#channel)}`);
    } catch (error) {
      endQuietly(client);
      throw error;
    }
    if (this.#isStopped) return endQuietly(client);
    this.#client = client;
    this.#ping = setInterval(() => void client.query('SELECT 1').catch(onLost), PING_INTERVAL_MS).unref();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#retry);
    clearInterval(this.#ping);
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  /** Handles the first of several reports of the same loss: the events `error` and `end`, and a failed ping. */
  #onLost(client: pg.Client, error: Error): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    clearInterval(this.#ping);
    endQuietly(client);
    this.#listener.onConnectionLost(error);
    this.#scheduleReopen(FIRST_RETRY_DELAY_MS);
  }

  #scheduleReopen(delayMs: number): void {
    if (this.#isStopped) return;
    this.#retry = setTimeout(async () => {
      try {
        await this.open();
        if (!this.#isStopped) this.#listener.onReconnected();
      } catch {
        // The listener already knows that the connection is lost.
        this.#scheduleReopen(Math.min(2 * delayMs, MAX_RETRY_DELAY_MS));
      }
    }, delayMs).unref();
  }
}

/** Ends a connection that may be lost, and ignores all errors. */
function endQuietly(client: pg.Client): void {
  client.removeAllListeners('end').on('error', () => {});
  client.end().catch(() => {});
}
