import type { SqlDriverAdapter, SqlQuery, Transaction } from '@prisma/driver-adapter-utils';
import { currentDeadline } from '../deadline/current-deadline.js';
import type { RequestDeadline } from '../deadline/request-deadline.js';
import { codedError, UNKNOWN_OUTCOME } from '../errors/coded-error.js';

type Run<Result> = (query: SqlQuery) => Promise<Result>;

const COMMIT = 'COMMIT';
const ROLLBACK = 'ROLLBACK';
const ROLLBACK_QUERY: SqlQuery = { sql: ROLLBACK, args: [], argTypes: [] };
const CHANGE = /^\s*(?:INSERT|UPDATE|DELETE|MERGE|WITH\b[^]*?\b(?:INSERT|UPDATE|DELETE|MERGE))\b/i;

/**
 * Returns a driver whose statements respect the deadline of the request that they belong to: none begins after it, a transaction
 * is not committed after it, and an error that it causes says what is known of the changes.
 */
export function withDeadlines(driver: SqlDriverAdapter): SqlDriverAdapter {
  return derive(driver, {
    queryRaw: changing((query) => driver.queryRaw(query)),
    executeRaw: changing((query) => driver.executeRaw(query)),
    startTransaction: async (isolationLevel) => {
      const deadline = currentDeadline();
      if (!deadline) return driver.startTransaction(isolationLevel);
      deadline.throwIfOver();
      const starting = driver.startTransaction(isolationLevel);
      const transaction = await deadline.unlessOver(starting, (late) => void rollback(late).catch(() => undefined));
      return transactionWithDeadline(transaction, deadline);
    },
  });
}

/** Runs statements outside of transactions, each of which commits its own change. */
function changing<Result>(run: Run<Result>): Run<Result> {
  return async (query) => {
    const deadline = currentDeadline();
    if (!deadline) return run(query);
    deadline.throwIfOver();
    return CHANGE.test(query.sql) ? commit(deadline, () => run(query)) : read(deadline, () => run(query));
  };
}

/** Returns a transaction of a request. A driver commits it by a statement, or (`usePhantomQuery`) by its method. */
function transactionWithDeadline(transaction: Transaction, deadline: RequestDeadline): Transaction {
  const statement = <Result>(run: Run<Result>): Run<Result> => {
    return async (query) => {
      if (query.sql === ROLLBACK) return run(query);
      if (query.sql === COMMIT) {
        if (deadline.isOver) await run(ROLLBACK_QUERY);
        deadline.throwIfOver();
        return commit(deadline, () => run(query));
      }
      deadline.throwIfOver();
      return read(deadline, () => run(query));
    };
  };
  return derive(transaction, {
    queryRaw: statement((query) => transaction.queryRaw(query)),
    executeRaw: statement((query) => transaction.executeRaw(query)),
    commit: async () => {
      if (!transaction.options.usePhantomQuery) return transaction.commit();
      if (deadline.isOver) await transaction.rollback();
      deadline.throwIfOver();
      return commit(deadline, () => transaction.commit());
    },
  });
}

/** Runs what changes nothing by itself. */
async function read<Result>(deadline: RequestDeadline, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw deadline.isOver ? deadline.error() : error;
  }
}

/** Runs what commits a change, and records if the change was saved. */
async function commit<Result>(deadline: RequestDeadline, run: () => Promise<Result>): Promise<Result> {
  try {
    const result = await run();
    deadline.recordChange();
    return result;
  } catch (error) {
    if (!isReportedByDatabase(error)) {
      deadline.recordChange(false);
      if (!deadline.isOver) throw codedError('UNAVAILABLE', `The connection to the database was lost. ${UNKNOWN_OUTCOME}`);
    }
    throw deadline.isOver ? deadline.error() : error;
  }
}

/** True if the database itself has refused or cancelled the statement, so that it changed nothing. */
const isReportedByDatabase = (error: unknown): boolean => {
  const { code, cause } = error as { code?: unknown; cause?: { originalCode?: unknown } };
  return [code, cause?.originalCode].some((one) => typeof one === 'string' && /^[0-9A-Z]{5}$/.test(one));
};

async function rollback(transaction: Transaction): Promise<void> {
  if (!transaction.options.usePhantomQuery) await transaction.executeRaw(ROLLBACK_QUERY);
  await transaction.rollback();
}

/** Returns an object with methods of its own that inherits all others. */
const derive = <Base extends object>(base: Base, methods: Partial<Base>): Base => Object.assign(Object.create(base) as Base, methods);
