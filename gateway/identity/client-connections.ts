import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { ClientDisconnect } from '../transport/client-disconnect.js';
import { clientAddress, isTrusted, type Network } from './client-address.js';

/** The client of a request, as its connection shows it. */
export interface Client {
  /** Aborted when the client disconnects. All requests on a connection share it. */
  signal: ClientDisconnect;
  /** The key by which the address of the client is counted. */
  address: string;
}

/** The open connections. What depends on the connection alone is computed once for all of its requests. */
export class ClientConnections {
  readonly #clients = new WeakMap<Socket, Client>();
  readonly #trustedProxies: readonly Network[];
  readonly #logger: Logger;
  #hasWarned = false;

  constructor(trustedProxies: readonly Network[], logger: Logger) {
    this.#trustedProxies = trustedProxies;
    this.#logger = logger;
  }

  clientOf({ raw: { socket }, headers }: FastifyRequest): Client {
    let client = this.#clients.get(socket);
    if (!client) {
      client = { signal: new ClientDisconnect(), address: clientAddress(socket.remoteAddress ?? '', undefined, []) };
      const { signal } = client;
      socket.once('close', () => signal.abort());
      this.#clients.set(socket, client);
    }
    const forwardedFor = headers['x-forwarded-for'];
    if (forwardedFor === undefined) return client;
    if (isTrusted(socket.remoteAddress ?? '', this.#trustedProxies))
      return { ...client, address: clientAddress(socket.remoteAddress!, String(forwardedFor), this.#trustedProxies) };
    this.#warnOnce(client.address);
    return client;
  }

  /** Tells an operator once if all clients of a proxy are counted as one. */
  #warnOnce(address: string): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#logger.warn(
      { address },
      'X-Forwarded-For of an address that is not in TRUSTED_PROXIES is ignored: its clients are counted as one',
    );
  }
}
