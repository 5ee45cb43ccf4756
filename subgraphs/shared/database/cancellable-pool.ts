import { connect as openSocket } from 'node:net';
import pg from 'pg';
import { currentDeadline } from '../deadline/current-deadline.js';

/** The parts of a client of `pg` that its types leave out. */
interface Backend {
  host: string;
  port: number;
  processID: number;
  secretKey: number;
  connection: { stream: { destroy(): void } };
}

/** The milliseconds after a cancel request within which the statement must end. Otherwise its connection is closed. */
const CANCEL_TIMEOUT_MS = 100;
/** The code of a cancel request in PostgreSQL's protocol (section "Message Formats", CancelRequest). */
const CANCEL_REQUEST_CODE = 80_877_102;

/**
 * Opens a pool of connections whose statements are cancelled when the request that they belong to ends. A request that ends while
 * it waits for a connection waits no longer. COMMIT and ROLLBACK are not cancelled: their result has to be known.
 */
export function openCancellablePool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  const checkOut = pool.connect.bind(pool) as () => Promise<pg.PoolClient>;

  const connect = async (): Promise<pg.PoolClient> => {
    const checkingOut = checkOut();
    const client = await (currentDeadline()?.unlessOver(checkingOut, (late) => late.release()) ?? checkingOut);
    return cancellable(client);
  };

  const query = async (statement: pg.QueryConfig): Promise<pg.QueryResult> => {
    const client = await connect();
    client.on('error', ignore); // The statement fails with the same error.
    try {
      const result = await client.query(statement);
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw error;
    } finally {
      client.off('error', ignore);
    }
  };
  return Object.assign(pool, { connect, query }) as pg.Pool;
}

/** Makes the statements of a client cancellable until it is released. */
function cancellable(client: pg.PoolClient): pg.PoolClient {
  const { release } = client;
  const send = client.query.bind(client) as (statement: pg.QueryConfig) => Promise<pg.QueryResult>;
  let isCancelled = false;

  const query = async (statement: pg.QueryConfig): Promise<pg.QueryResult> => {
    const running = send(statement);
    const deadline = currentDeadline();
    if (!deadline || statement.text === 'COMMIT' || statement.text === 'ROLLBACK') return running;
    let timer: NodeJS.Timeout | undefined;
    const stop = deadline.onEnd(() => {
      isCancelled = true;
      const backend = client as unknown as Backend;
      requestCancel(backend);
      timer = setTimeout(() => backend.connection.stream.destroy(), CANCEL_TIMEOUT_MS);
    });
    return running.finally(() => {
      stop();
      clearTimeout(timer);
    });
  };
  return Object.assign(client, {
    query,
    release: (error?: Error | boolean) => {
      Reflect.deleteProperty(client, 'query');
      // A cancel request can arrive after its statement has ended, and would cancel the next one of the connection.
      release.call(client, error ?? isCancelled);
    },
  });
}

/** Sends a cancel request on a connection of its own, as the protocol requires. Fails silently: the timeout closes the connection. */
function requestCancel({ host, port, processID, secretKey }: Backend): void {
  const message = Buffer.alloc(16);
  [message.length, CANCEL_REQUEST_CODE, processID, secretKey].forEach((value, index) => message.writeInt32BE(value, 4 * index));
  const socket = host.startsWith('/') ? openSocket(`${host}/.s.PGSQL.${port}`) : openSocket(port, host);
  socket.on('error', ignore).end(message);
}

const ignore = (): void => undefined;
