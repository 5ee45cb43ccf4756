import { raw, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import type { AnyClient } from '../tenancy/scope.js';
import type { Viewer } from '../viewer/viewer.js';
import type { JobTable } from './job.js';

/** One row of one organization, as a queue names it. */
export interface JobRow {
  organizationId: string;
  id: string;
}

/** Waiting rows that are younger than this are on their way to the queue. */
const GRACE_SECONDS = 10;
const BATCH = 100;

/** The leases of one table's rows. Time is the database's: the clocks of replicas differ. */
export class JobLeases {
  readonly #client: AnyClient;
  readonly #table: Sql;
  readonly #waiting: Sql;
  readonly #working: Sql;
  readonly #seconds: number;

  constructor(client: AnyClient, { name, statusType, waitingStatus, runningStatus }: JobTable, leaseMs: number) {
    this.#client = client;
    this.#table = raw(`"${name}"`);
    this.#waiting = raw(`'${waitingStatus}'::"${statusType}"`);
    this.#working = raw(`'${runningStatus}'::"${statusType}"`);
    this.#seconds = leaseMs / 1000;
  }

  /** Takes a row that waits, or whose worker died; null where there is nothing to do for it. Counts the attempts. */
  async claim({ organizationId, id }: JobRow, token: string): Promise<{ viewer: Viewer; attempt: number } | null> {
    const [row] = await this.#query<{ viewer: Viewer; attempt: number }>(sql`
      UPDATE ${this.#table} SET status = ${this.#working}, lease_token = ${token}::uuid, leased_until = ${this.#end()}, attempts = attempts + 1
      WHERE org_id = ${organizationId}::uuid AND id = ${id}::uuid
        AND (status = ${this.#waiting} OR (status = ${this.#working} AND leased_until < now()))
      RETURNING asked_by AS viewer, attempts AS attempt`);
    return row ?? null;
  }

  /** False where the lease is lost: another has the row, it was canceled, or it is gone. */
  async renew({ organizationId, id }: JobRow, token: string): Promise<boolean> {
    const rows = await this.#query(sql`
      UPDATE ${this.#table} SET leased_until = ${this.#end()}
      WHERE org_id = ${organizationId}::uuid AND id = ${id}::uuid AND lease_token = ${token}::uuid RETURNING id`);
    return rows.length > 0;
  }

  /** Gives a row back to be worked on again. An attempt that was not the worker's to finish `isUncounted`. */
  async release({ organizationId, id }: JobRow, token: string, isUncounted: boolean): Promise<void> {
    await this.#query(sql`
      UPDATE ${this.#table} SET status = ${this.#waiting}, lease_token = NULL, leased_until = NULL, attempts = attempts - ${isUncounted ? 1 : 0}::int
      WHERE org_id = ${organizationId}::uuid AND id = ${id}::uuid AND lease_token = ${token}::uuid RETURNING id`);
  }

  /** Rows of every organization that no queue may know of: never sent, or left by a worker that died. */
  overdue(): Promise<JobRow[]> {
    return this.#query(sql`
      SELECT org_id AS "organizationId", id FROM ${this.#table}
      WHERE (status = ${this.#waiting} AND created_at < now() - ${GRACE_SECONDS} * interval '1 second')
        OR (status = ${this.#working} AND leased_until < now())
      ORDER BY created_at LIMIT ${BATCH}`);
  }

  #end = (): Sql => sql`now() + ${this.#seconds}::float8 * interval '1 second'`;

  async #query<Row>(statement: Sql): Promise<Row[]> {
    return (await this.#client.$queryRaw(statement)) as Row[];
  }
}
