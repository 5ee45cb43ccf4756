import type { Sql } from '@prisma/client/runtime/client';
import type { SqlDriverAdapter, SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';

/**
 * How long a transaction may wait for a connection and then last, in milliseconds. Prisma's own 2 s of waiting is
 * less than fifty writes at once need on a pool of ten, or on the one connection of an embedded database.
 */
const transactionOptions = { maxWait: 10_000, timeout: 20_000 };

interface ClientClass<Client> {
  new (options: { adapter: SqlDriverAdapterFactory; transactionOptions: { maxWait: number; timeout: number } }): Client;
}

/** What each client talks through. */
const drivers = new WeakMap<object, () => Promise<SqlDriverAdapter | undefined>>();

/** A house's generated client on a database. */
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
      driver = await factory.connect();
      const dispose = driver.dispose.bind(driver);
      return Object.assign(driver, {
        dispose: () => {
          driver = undefined; // Prisma's client connects anew when it is asked again.
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
 * Runs a change on the connections of a client, outside of any transaction, and leaves out Prisma's client itself, which takes as
 * long for a short statement as the database does. Resolves to how many rows it changed; rejects with the driver's error.
 */
export async function execute(client: object, { text, values }: Sql): Promise<number> {
  const driver = await drivers.get(client)?.();
  if (!driver) throw new Error('This client was not made by `connect`.');
  return driver.executeRaw({ sql: text, args: values, argTypes: values.map(typeOf) });
}

const typeOf = (value: unknown) => ({ scalarType: 'unknown', arity: Array.isArray(value) ? 'list' : 'scalar' }) as const;
