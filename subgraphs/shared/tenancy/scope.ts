import { join, raw, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { unauthenticated } from '../errors/coded-error.js';
import { hasRole, type Viewer } from '../viewer/viewer.js';
import type { PrismaModels } from './models.js';
import { executeOnDriver } from './connect.js';
import { scopedOperation } from './scoped-operation.js';
import { columnOf, type Table } from './table.js';

type RawMethod = '$queryRaw' | '$queryRawUnsafe' | '$queryRawTyped' | '$executeRaw' | '$executeRawUnsafe' | '$extends' | '$transaction';

/** A Prisma client that is limited to one organization, including in transactions. It has no raw SQL. */
export type ScopedClient<Client> = Omit<Client, RawMethod> & {
  $transaction<Result>(work: (transaction: ScopedClient<Client>) => Promise<Result>): Promise<Result>;
};

/** Returns the SQL that replaces a table in FROM: only the rows of the organization. */
export type RowsOf = (table: Table) => Sql;

/** The methods of a Prisma client that a scope calls. Each subgraph generates a client class of its own. */
export interface AnyClient {
  $extends(extension: unknown): unknown;
  $queryRaw(statement: Sql): Promise<unknown>;
}

/**
 * Access to the database for one viewer, limited to the viewer's organization. Stores receive a scope and never a client, so that
 * no store can leave out the condition.
 */
export class Scope<Client extends AnyClient> {
  readonly #client: Client;
  readonly #models: PrismaModels;
  readonly #viewer: Viewer | null;
  #scoped: ScopedClient<Client> | undefined;

  constructor(client: Client, models: PrismaModels, viewer: Viewer | null) {
    this.#client = client;
    this.#models = models;
    this.#viewer = viewer;
  }

  /** The viewer of the request. Throws UNAUTHENTICATED if the request is anonymous. */
  get viewer(): Viewer {
    if (!this.#viewer) throw unauthenticated();
    return this.#viewer;
  }

  get organizationId(): string {
    return this.viewer.organizationId;
  }

  /** The Prisma client, with every operation limited to the organization (scoped-operation.ts). */
  get db(): ScopedClient<Client> {
    this.#scoped ??= this.#client.$extends({
      query: { $allOperations: scopedOperation(this.viewer, this.#models) },
    }) as ScopedClient<Client>;
    return this.#scoped;
  }

  /**
   * Runs a query that the Prisma client cannot express. `statement` receives the SQL for FROM: the rows of the organization, or the
   * whole table if the table belongs to the platform.
   */
  async query<Row>(table: Table, statement: (rows: Sql) => Sql): Promise<Row[]> {
    return this.queryTables((rowsOf) => statement(rowsOf(table)));
  }

  /** Runs a query over several tables. `statement` receives a function that returns the SQL for a table in FROM, as in `query`. */
  async queryTables<Row>(statement: (rowsOf: RowsOf) => Sql): Promise<Row[]> {
    return (await this.#client.$queryRaw(statement((table) => this.#rowsOf(table)))) as Row[];
  }

  /**
   * Inserts rows of the organization into a tenant's table from a query: `INSERT INTO <table> SELECT <values> FROM <from>`. Rows whose
   * key exists already are left out. `values` are by field. Returns the number of rows inserted. Runs outside of any transaction.
   */
  async insertFrom(table: Table, values: Readonly<Record<string, Sql>>, from: (rowsOf: RowsOf) => Sql): Promise<number> {
    const source = from((other) => this.#rowsOf(other));
    return executeOnDriver(this.#client, sql`${this.#insertion(table, values)} FROM ${source} ON CONFLICT DO NOTHING`);
  }

  /**
   * Inserts a row of the organization into a tenant's table if a condition holds in the same statement. `when` returns the condition;
   * its argument returns the SQL for a table in FROM, as in `query`. `values` are by field, cast to the types of their columns.
   * Returns true if the row was inserted. Runs outside of any transaction.
   */
  async insertWhen(table: Table, values: Readonly<Record<string, Sql>>, when: (rowsOf: RowsOf) => Sql): Promise<boolean> {
    const condition = when((other) => this.#rowsOf(other));
    return (await executeOnDriver(this.#client, sql`${this.#insertion(table, values)} WHERE ${condition}`)) > 0;
  }

  /**
   * Updates many rows of a tenant's table, each with values of its own: `UPDATE <table> AS row SET <set> FROM <from> WHERE <where>`,
   * limited to the rows of the organization. Returns the number of rows. Runs outside of any transaction.
   */
  async updateFrom(table: Table, { set, from, where }: { set: Sql; from: Sql; where: Sql }): Promise<number> {
    return executeOnDriver(
      this.#client,
      sql`UPDATE ${tenantTable(table)} AS row SET ${set} FROM ${from} WHERE row.org_id = ${this.organizationId}::uuid AND (${where})`,
    );
  }

  /** Returns the beginning of an INSERT of rows of the organization: `INSERT INTO <table> (<columns>) SELECT <values>`. */
  #insertion(table: Table, { orgId: _, ...values }: Readonly<Record<string, Sql>>): Sql {
    const columns = join(['orgId', ...Object.keys(values)].map((field) => raw(`"${columnOf(field)}"`)));
    const row = join([sql`${this.organizationId}::uuid`, ...Object.values(values)]);
    return sql`INSERT INTO ${tenantTable(table)} (${columns}) SELECT ${row}`;
  }

  /** Returns the SQL for a table in FROM: the rows of the organization, or all rows of a table of the platform. */
  #rowsOf({ name, isTenant }: Table): Sql {
    const { organizationId } = this;
    return isTenant ? sql`(SELECT * FROM ${raw(`"${name}"`)} WHERE org_id = ${organizationId}::uuid)` : raw(`"${name}"`);
  }

  /** True if the viewer has the role, or is a PLATFORM_ADMIN. */
  hasRole(role: 'ADMIN' | 'PLATFORM_ADMIN'): boolean {
    return hasRole(this.viewer, role) || hasRole(this.viewer, 'PLATFORM_ADMIN');
  }
}

/** Returns the quoted name of a tenant's table. Throws for a table of the platform, whose rows have no organization. */
function tenantTable({ name, isTenant }: Table): Sql {
  if (!isTenant) throw new Error(`The rows of ${name} belong to no organization.`);
  return raw(`"${name}"`);
}
