import { raw, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import type { AnyClient } from '../tenancy/scope.js';
import type { Viewer } from '../viewer/viewer.js';
import type { JobRow, JobTable } from './job.js';

/** The age in seconds below which a waiting row is not overdue: its message may still be on the way to the queue. */
const GRACE_SECONDS = 10;
/** The largest number of overdue rows that one call returns. */
const BATCH = 100;

/** The leases on the rows of one job table. Times are those of the database, since the clocks of replicas differ. */
export class JobLeases {
  readonly #client: AnyClient;
  readonly #table: Sql;
  readonly #waiting: Sql;
  readonly #running: Sql;
  readonly #leaseSeconds: number;

  constructor(client: AnyClient, { name, statusType, waitingStatus, runningStatus }: JobTable, leaseMs: number) {
    this.#client = client;
    this.#table = raw(`"${name}"`);
    this.#waiting = raw(`'${waitingStatus}'::"${statusType}"`);
    this.#running = raw(`'${runningStatus}'::"${statusType}"`);
    this.#leaseSeconds = leaseMs / 1000;
  }

  /**
   * Claims a row that waits, or whose lease has expired, and counts the attempt. Returns the viewer who requested the job and the
   * number of the attempt, or null if the row cannot be claimed: another worker holds it, or its job has ended.
   */
  async claim({ organizationId, id }: JobRow, token: string): Promise<{ viewer: Viewer; attempt: number } | null> {
    const [row] = await this.#query<{ viewer: Viewer; attempt: number }>(sql`
      UPDATE ${this.#table} SET status = ${this.#running}, lease_token = ${token}::uuid, leased_until = ${this.#expiry()}, attempts = attempts + 1
      WHERE org_id = ${organizationId}::uuid AND id = ${id}::uuid
        AND (status = ${this.#waiting} OR (status = ${this.#running} AND leased_until < now()))
      RETURNING asked_by AS viewer, attempts AS attempt`);
    return row ?? null;
  }

  /** Extends the lease. Returns false if it is lost: another worker claimed the row, the job was canceled, or the row was deleted. */
  async renew({ organizationId, id }: JobRow, token: string): Promise<boolean> {
    const rows = await this.#query(sql`
      UPDATE ${this.#table} SET leased_until = ${this.#expiry()}
      WHERE org_id = ${organizationId}::uuid AND id = ${id}::uuid AND lease_token = ${token}::uuid RETURNING id`);
    return rows.length > 0;
  }

  /** Sets a row back to waiting. `countsAttempt` is false if the attempt ended only because the process closes. */
  async release({ organizationId, id }: JobRow, token: string, { countsAttempt }: { countsAttempt: boolean }): Promise<void> {
    await this.#query(sql`
      UPDATE ${this.#table} SET status = ${this.#waiting}, lease_token = NULL, leased_until = NULL, attempts = attempts - ${countsAttempt ? 0 : 1}::int
      WHERE org_id = ${organizationId}::uuid AND id = ${id}::uuid AND lease_token = ${token}::uuid RETURNING id`);
  }

  /** Returns rows of all organizations whose job may be in no queue: never sent, or left behind by a worker that died. */
  findOverdue(): Promise<JobRow[]> {
    return this.#query(sql`
      SELECT org_id AS "organizationId", id FROM ${this.#table}
      WHERE (status = ${this.#waiting} AND created_at < now() - ${GRACE_SECONDS} * interval '1 second')
        OR (status = ${this.#running} AND leased_until < now())
      ORDER BY created_at LIMIT ${BATCH}`);
  }

  #expiry = (): Sql => sql`now() + ${this.#leaseSeconds}::float8 * interval '1 second'`;

  async #query<Row>(statement: Sql): Promise<Row[]> {
    return (await this.#client.$queryRaw(statement)) as Row[];
  }
}
