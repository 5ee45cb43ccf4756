import PgBoss from 'pg-boss';
import type { Logger } from 'pino';
import type { ExecuteSql } from './execute-sql.js';
import type { JobRow } from './job.js';

/** A message that was fetched from a queue. It names the row of a job. */
export interface FetchedJob extends JobRow {
  messageId: string;
}

/** The hours after which pg-boss expires a message that was fetched and never completed. The row's lease expires long before. */
const EXPIRE_HOURS = 23;

/**
 * The queues, on pg-boss, which creates and migrates its own database schema (`pgboss`). A message only names a row, and the row
 * holds the state of the job, so that a message that is lost or delivered twice does no harm.
 */
export class JobQueues {
  readonly #boss: PgBoss;
  #isStarted = false;

  constructor(executeSql: ExecuteSql, logger: Logger) {
    this.#boss = new PgBoss({
      db: { executeSql },
      schedule: false,
      // pg-boss must not retry: JobWorker sends a failed or overdue row again.
      retryLimit: 0,
      expireInHours: EXPIRE_HOURS,
      archiveCompletedAfterSeconds: 60 * 60,
      deleteAfterHours: 1,
    });
    this.#boss.on('error', (error) => logger.error({ err: error }, 'job queue failed'));
  }

  /** Creates the schema and the queues if they do not exist. */
  async start(names: readonly string[]): Promise<void> {
    await this.#boss.start();
    this.#isStarted = true;
    // With the policy `short` a queue keeps at most one waiting message for each row (its singletonKey).
    for (const name of names) await this.#boss.createQueue(name, { name, policy: 'short' });
  }

  async send(queue: string, row: JobRow): Promise<void> {
    const { organizationId, id } = row;
    await this.#boss.send(queue, { organizationId, id }, { singletonKey: `${organizationId} ${id}` });
  }

  /** Takes the next message from a queue, which no other process receives. Returns null if the queue is empty. */
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
