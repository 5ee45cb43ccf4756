import type { SqlDriverAdapter, SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';

/** Every SQL statement that went to one database, so that a test can say how many a request costs. */
export class Statements {
  readonly #texts: string[] = [];

  /** What was sent since the last call, without the frame of transactions. */
  take(): string[] {
    return this.#texts.splice(0).filter((text) => !/^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/i.test(text));
  }

  /** The adapter, with every statement written down before it is sent. */
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
