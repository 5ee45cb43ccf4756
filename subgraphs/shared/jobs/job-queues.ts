import PgBoss from 'pg-boss';
import type { Logger } from 'pino';
import type { ExecuteSql } from './execute-sql.js';
import type { JobRow } from './job-leases.unscoped.store.js';

/** A row whose turn has come. */
export interface FetchedJob extends JobRow {
  messageId: string;
}

/** pg-boss gives up on a job that was taken and never finished after this. The rows' leases find that out much earlier. */
const EXPIRE_HOURS = 23;

/**
 * The queues, which live in a schema of their own (`pgboss`) that pg-boss makes and keeps up to date. They only say whose
 * turn it is: a message names a row, and what is true is in the row. So one that is lost or comes twice does no harm.
 */
export class JobQueues {
  readonly #boss: PgBoss;
  #isStarted = false;

  constructor(executeSql: ExecuteSql, logger: Logger) {
    this.#boss = new PgBoss({
      db: { executeSql },
      schedule: false,
      // A row that is given up on is found by its lease, and a second message for it is cheaper than a dead one.
      retryLimit: 0,
      expireInHours: EXPIRE_HOURS,
      archiveCompletedAfterSeconds: 60 * 60,
      deleteAfterHours: 1,
    });
    this.#boss.on('error', (error) => logger.error({ err: error }, 'the queue failed'));
  }

  /** Makes the schema and the queues, where they are missing. */
  async start(names: readonly string[]): Promise<void> {
    await this.#boss.start();
    this.#isStarted = true;
    // Of several messages for one row that wait at the same time only the first is kept.
    for (const name of names) await this.#boss.createQueue(name, { name, policy: 'short' });
  }

  async send(queue: string, row: JobRow): Promise<void> {
    const { organizationId, id } = row;
    await this.#boss.send(queue, { organizationId, id }, { singletonKey: `${organizationId} ${id}` });
  }

  /** The next row of the queue, which no other process is given; null where it is empty. */
  async fetch(queue: string): Promise<FetchedJob | null> {
    const [job] = await this.#boss.fetch<JobRow>(queue, { ignoreStartAfter: true });
    return job ? { ...job.data, messageId: job.id } : null;
  }

  async complete(queue: string, { messageId }: FetchedJob): Promise<void> {
    await this.#boss.complete(queue, messageId);
  }

  async stop(): Promise<void> {
    if (this.#isStarted) await this.#boss.stop({ graceful: false });
  }
}
