import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory, SqlQuery, Transaction } from '@prisma/driver-adapter-utils';
import type { Database } from '../../../../subgraphs/shared/database/database.js';
import { currentDeadline } from '../../../../subgraphs/shared/deadline/current-deadline.js';

type Send = () => Promise<unknown>;

/** Makes some statements of requests slow, so that a test controls what has happened when the time of the request is over. */
export class SlowStatement {
  /** Selects the statements; `COMMIT` selects the end of a transaction. */
  pattern: RegExp | null = null;
  /** Sends a slow statement. By default it is sent when its request has ended. */
  send = async (send: Send): Promise<unknown> => {
    await new Promise<void>((resolve) => void currentDeadline()!.onEnd(resolve));
    return send();
  };

  watch(database: Database): Database {
    const { adapter } = database;
    const connect = async () => this.#slow(await adapter.connect());
    return { ...database, adapter: Object.assign(Object.create(adapter) as SqlMigrationAwareDriverAdapterFactory, { connect }) };
  }

  async #send<Result>(text: string, send: () => Promise<Result>): Promise<Result> {
    return currentDeadline() && this.pattern?.test(text) ? ((await this.send(send)) as Result) : send();
  }

  #slow(driver: SqlDriverAdapter): SqlDriverAdapter {
    const statements = (base: SqlDriverAdapter | Transaction) => ({
      queryRaw: (query: SqlQuery) => this.#send(query.sql, () => base.queryRaw(query)),
      executeRaw: (query: SqlQuery) => this.#send(query.sql, () => base.executeRaw(query)),
    });
    const startTransaction = async () => {
      const transaction = await driver.startTransaction();
      const { usePhantomQuery } = transaction.options;
      const commit = () => (usePhantomQuery ? this.#send('COMMIT', () => transaction.commit()) : transaction.commit());
      return Object.assign(Object.create(transaction) as Transaction, { ...statements(transaction), commit });
    };
    return Object.assign(Object.create(driver) as SqlDriverAdapter, { ...statements(driver), startTransaction });
  }
}
