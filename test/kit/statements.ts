import type { SqlDriverAdapter, SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';

/** Records the SQL statements that are sent to a database, so that a test can count those of a request. */
export class Statements {
  readonly #texts: string[] = [];

  /** Returns the statements since the last call, without BEGIN and COMMIT. */
  take(): string[] {
    return this.#texts.splice(0).filter((text) => !/^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/i.test(text));
  }

  /** Returns an adapter that records every statement before it is sent. */
  watch(factory: SqlDriverAdapterFactory): SqlDriverAdapterFactory {
    return {
      ...factory,
      provider: factory.provider,
      adapterName: factory.adapterName,
      connect: async () => this.#watchQueries(await factory.connect()),
    };
  }

  #watchQueries<Queryable extends Pick<SqlDriverAdapter, 'queryRaw' | 'executeRaw'>>(queryable: Queryable): Queryable {
    return new Proxy(queryable, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (property === 'queryRaw' || property === 'executeRaw') this.#texts.push((args[0] as { sql: string }).sql);
          const result: unknown = value.apply(target, args);
          return property === 'startTransaction'
            ? (result as Promise<Queryable>).then((transaction) => this.#watchQueries(transaction))
            : result;
        };
      },
    });
  }
}
