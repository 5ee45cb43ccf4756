import { Redis } from 'ioredis';
import type { Logger } from 'pino';

/** The longest time that a command may take, in milliseconds. A request waits for at most one that exceeds it. */
const COMMAND_TIMEOUT_MS = 250;
/** The longest time to connect, and the longest pause between two attempts, in milliseconds. */
const CONNECT_TIMEOUT_MS = 2000;

/** A connection to Redis that may fail. It is opened again and again, and logs when Redis stops responding and when it responds again. */
export class RedisConnection {
  readonly client: Redis;
  readonly #logger: Logger;
  #isFailing = false;

  /** Resolves when Redis responds or the first attempt has failed: the gateway starts without it. */
  static async open(url: string, logger: Logger): Promise<RedisConnection> {
    const connection = new RedisConnection(url, logger);
    await connection.client.connect().catch((error: Error) => connection.#fail(error));
    return connection;
  }

  private constructor(url: string, logger: Logger) {
    this.#logger = logger;
    this.client = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      retryStrategy: (attempts) => Math.min(100 * attempts, CONNECT_TIMEOUT_MS),
    });
    this.client.on('error', (error: Error) => this.#fail(error));
    this.client.on('close', () => this.#fail(new Error('The connection was closed.')));
    this.client.on('ready', () => this.#recover());
  }

  /** True if a command can be sent. */
  get isReady(): boolean {
    return this.client.status === 'ready';
  }

  /** Handles the failure of a command. It connects again after a timeout: the late response must not be taken for that of a later command. */
  onFailure(error: Error): void {
    this.#fail(error);
    if (this.isReady && error.name !== 'ReplyError') this.client.disconnect(true);
  }

  close(): void {
    this.client.removeAllListeners('close');
    this.client.disconnect();
  }

  #fail(error: Error): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#logger.warn({ err: error }, 'Redis does not respond: until it does, each process counts rates in its memory');
  }

  #recover(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#logger.info('Redis responds again: all processes share their rates');
  }
}
