import type { Sql } from '@prisma/client/runtime/client';
import type { SqlDriverAdapter, SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { withDeadlines } from './deadline-driver.js';

/**
 * The milliseconds for which a transaction may wait for a connection (`maxWait`) and then run (`timeout`). Prisma's default of 2 s
 * is too short for 50 concurrent writes on a pool of ten connections, or on the single connection of an embedded database.
 */
const transactionOptions = { maxWait: 10_000, timeout: 20_000 };

interface ClientClass<Client> {
  new (options: { adapter: SqlDriverAdapterFactory; transactionOptions: { maxWait: number; timeout: number } }): Client;
}

/** By client that `connect` created, a function that resolves to its driver adapter. It opens the connection first if necessary. */
const drivers = new WeakMap<object, () => Promise<SqlDriverAdapter | undefined>>();

/** Creates the generated Prisma client of a subgraph for a database. */
export function connect<Client extends { $connect(): Promise<void> }>(
  PrismaClient: ClientClass<Client>,
  factory: SqlDriverAdapterFactory,
): Client {
  let driver: SqlDriverAdapter | undefined;
  const { provider, adapterName } = factory;
  const adapter = {
    provider,
    adapterName,
    connect: async () => {
      driver = withDeadlines(await factory.connect());
      const dispose = driver.dispose.bind(driver);
      return Object.assign(driver, {
        dispose: () => {
          driver = undefined; // The Prisma client opens a new one for its next query.
          return dispose();
        },
      });
    },
  };
  const client = new PrismaClient({ adapter, transactionOptions });
  drivers.set(client, async () => {
    if (!driver) await client.$connect();
    return driver;
  });
  return client;
}

/**
 * Executes a statement on a connection of a client, outside of any transaction. It bypasses the Prisma client, whose overhead for
 * a short statement is about the time that the database takes. Resolves to the number of changed rows. Rejects with the driver's
 * error.
 */
export async function executeOnDriver(client: object, { text, values }: Sql): Promise<number> {
  const driver = await drivers.get(client)?.();
  if (!driver) throw new Error('This client was not made by `connect`.');
  return driver.executeRaw({ sql: text, args: values, argTypes: values.map(typeOf) });
}

const typeOf = (value: unknown) => ({ scalarType: 'unknown', arity: Array.isArray(value) ? 'list' : 'scalar' }) as const;
