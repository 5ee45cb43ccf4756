import { join, raw, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { unauthenticated } from '../errors/coded-error.js';
import { hasRole, type Viewer } from '../viewer/viewer.js';
import type { Models } from './models.js';
import { execute } from './connect.js';
import { scopedOperation } from './scoped-operation.js';
import { columnOf, type Table } from './table.js';

type RawMethod = '$queryRaw' | '$queryRawUnsafe' | '$queryRawTyped' | '$executeRaw' | '$executeRawUnsafe' | '$extends' | '$transaction';

/** A Prisma client that sees one organization: no raw SQL, and transactions that see no more than it does. */
export type ScopedClient<Client> = Omit<Client, RawMethod> & {
  $transaction<Result>(work: (transaction: ScopedClient<Client>) => Promise<Result>): Promise<Result>;
};

/** What stands for a table in FROM: the organization's rows of it and no others. */
export type RowsOf = (table: Table) => Sql;

/** The parts of a generated Prisma client that this file needs; each subgraph generates its own client class. */
export interface AnyClient {
  $extends(extension: unknown): unknown;
  $queryRaw(statement: Sql): Promise<unknown>;
}

/**
 * The one way from a store to the database: everything that goes through here is held to the viewer's organization.
 * Stores get a scope and never a client, so none can forget.
 */
export class Scope<Client extends AnyClient> {
  readonly #client: Client;
  readonly #models: Models;
  readonly #viewer: Viewer | null;
  #scoped: ScopedClient<Client> | undefined;

  constructor(client: Client, models: Models, viewer: Viewer | null) {
    this.#client = client;
    this.#models = models;
    this.#viewer = viewer;
  }

  /** Who asks; an anonymous request ends here with UNAUTHENTICATED. */
  get viewer(): Viewer {
    if (!this.#viewer) throw unauthenticated();
    return this.#viewer;
  }

  get organizationId(): string {
    return this.viewer.organizationId;
  }

  /** Prisma's client, every operation of it limited to the organization (see scoped-operation.ts). */
  get db(): ScopedClient<Client> {
    this.#scoped ??= this.#client.$extends({
      query: { $allOperations: scopedOperation(this.viewer, this.#models) },
    }) as ScopedClient<Client>;
    return this.#scoped;
  }

  /**
   * Runs SQL that Prisma's client cannot say. `statement` receives what stands for the table in FROM:
   * the organization's rows and no others (the whole table where it belongs to the platform).
   */
  async query<Row>(table: Table, statement: (rows: Sql) => Sql): Promise<Row[]> {
    return (await this.#client.$queryRaw(statement(this.#rowsOf(table)))) as Row[];
  }

  /**
   * Adds a row to a tenant's table, as one of the organization, where a condition on rows of others holds at that moment: `when` is
   * given what stands for a table in FROM, as `query` is. `values` are by field, and cast to the types of their columns. Answers
   * whether it was added. Outside of any transaction.
   */
  async insertWhen(table: Table, values: Readonly<Record<string, Sql>>, when: (rowsOf: RowsOf) => Sql): Promise<boolean> {
    const { orgId: _, ...own } = values;
    const columns = join(['orgId', ...Object.keys(own)].map((field) => raw(`"${columnOf(field)}"`)));
    const row = join([sql`${this.organizationId}::uuid`, ...Object.values(own)]);
    const condition = when((other) => this.#rowsOf(other));
    return (await execute(this.#client, sql`INSERT INTO ${tenantTable(table)} (${columns}) SELECT ${row} WHERE ${condition}`)) > 0;
  }

  /**
   * Changes many rows of a tenant's table, each in its own way: `UPDATE <table> AS row SET <set> FROM <from> WHERE <where>`, of
   * the organization's rows and no others. Answers how many. Outside of any transaction.
   */
  async updateFrom(table: Table, { set, from, where }: { set: Sql; from: Sql; where: Sql }): Promise<number> {
    return execute(
      this.#client,
      sql`UPDATE ${tenantTable(table)} AS row SET ${set} FROM ${from} WHERE row.org_id = ${this.organizationId}::uuid AND (${where})`,
    );
  }

  /** The organization's rows of a table, as FROM takes them; all of one that belongs to the platform. */
  #rowsOf({ name, isTenant }: Table): Sql {
    const { organizationId } = this;
    return isTenant ? sql`(SELECT * FROM ${raw(`"${name}"`)} WHERE org_id = ${organizationId}::uuid)` : raw(`"${name}"`);
  }

  /** True where the viewer has the role in the organization, or administers the platform. */
  hasRole(role: 'ADMIN' | 'PLATFORM_ADMIN'): boolean {
    return hasRole(this.viewer, role) || hasRole(this.viewer, 'PLATFORM_ADMIN');
  }
}

/** The name of a table whose rows are organizations', as a change takes it. Throws for one of the platform. */
function tenantTable({ name, isTenant }: Table): Sql {
  if (!isTenant) throw new Error(`${name} has no organizations to be held to.`);
  return raw(`"${name}"`);
}
