import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The responses that the proxy sends itself to any request, before it closes the connection. */
const ANSWERS = {
  garbage: '\u0000\u0001SSH-2.0-nothing that speaks HTTP\r\n\r\n',
  truncatedJson: response('200 OK', 'application/json', '{"data":{"user":{"na'),
  /** Has a Content-Length that exceeds its body. */
  cutBody: 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"data":{}}',
  htmlPage: response('502 Bad Gateway', 'text/html', '<html><h1>502 Bad Gateway</h1></html>'),
  wrongShape: response('200 OK', 'application/json', '{"message":"hello"}'),
  redirect: response('307 Temporary Redirect', 'text/plain', '', 'location: http://127.0.0.1:1/elsewhere\r\n'),
} as const;

/**
 * `drip` responds byte by byte at a constant rate; `huge` responds with 100 MB of JSON; `stall` never responds; `refuse`
 * accepts no connection.
 */
export type Fault = 'pass' | 'stall' | 'reset' | 'halfClose' | 'drip' | 'huge' | 'refuse' | keyof typeof ANSWERS;

const HUGE_BYTES = 100_000_000;

/** A TCP proxy in front of a server. The current fault applies to every request that arrives. */
export class FaultyProxy {
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #fault: Fault = 'pass';
  #port = 0;
  /** The number of responses that `drip` has begun. */
  drippedResponses = 0;
  /** The rate of `drip`. */
  bytesPerSecond = 1;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
  }

  /** Starts a proxy on its own port in front of a server of this machine. */
  static async before(port: number): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(port);
    await proxy.#listen();
    return proxy;
  }

  /** The origin that clients connect to instead of the server. */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The number of connected clients. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count))));
  }

  /** Sets the fault of later requests. Open connections continue, except for `refuse`, which is like a crash of the server. */
  async use(fault: Fault): Promise<void> {
    this.#fault = fault;
    if (fault === 'refuse') await this.#stop();
    else if (!this.#server.listening) await this.#listen();
  }

  async close(): Promise<void> {
    await this.#stop();
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async #stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    this.#hold(client);
    const server = this.#hold(connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true }));
    client.on('data', (chunk) => this.#request(client, server, chunk));
    server.on('data', (chunk) => this.#response(client, server, chunk));
    client.on('end', () => server.end());
    server.on('end', () => client.end());
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  }

  #hold(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    return socket;
  }

  #request(client: Socket, server: Socket, chunk: Buffer): void {
    const fault = this.#fault;
    if (client.writableEnded || fault === 'stall') return;
    if (fault === 'pass' || fault === 'drip') server.write(chunk);
    else if (fault === 'reset' || fault === 'refuse') client.resetAndDestroy();
    else if (fault === 'halfClose') client.end();
    else if (fault === 'huge') void pour(client.removeAllListeners('data').resume());
    else client.end(ANSWERS[fault]);
  }

  #response(client: Socket, server: Socket, chunk: Buffer): void {
    if (this.#fault === 'drip') {
      this.drippedResponses++;
      server.pause();
      void drip(client, chunk, this.bytesPerSecond).then(() => server.resume());
    } else if (this.#fault !== 'stall') client.write(chunk);
  }
}

function response(status: string, type: string, body: string, headers = ''): string {
  return [
    `HTTP/1.1 ${status}`,
    `content-type: ${type}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `connection: close\r\n${headers}`,
    body,
  ].join('\r\n');
}

async function drip(client: Socket, bytes: Buffer, bytesPerSecond: number): Promise<void> {
  const begun = performance.now();
  for (let written = 0; written < bytes.length && !client.destroyed; await sleep(1000 / bytesPerSecond)) {
    const due = 1 + Math.floor(((performance.now() - begun) * bytesPerSecond) / 1000);
    if (due > written) client.write(bytes.subarray(written, due));
    written = due;
  }
}

/** Writes with backpressure until the client disconnects. */
async function pour(client: Socket): Promise<void> {
  const [head, tail] = ['{"data":{"x":"', '"}}'];
  const length = head.length + HUGE_BYTES + tail.length;
  const closed = new Promise<void>((resolve) => client.once('close', resolve));
  const piece = Buffer.alloc(1_000_000, 'x');
  client.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${head}`);
  for (let written = 0; written < HUGE_BYTES && !client.destroyed; written += piece.length) {
    if (!client.write(piece)) await Promise.race([closed, new Promise<void>((resolve) => client.once('drain', resolve))]);
  }
  client.end(tail);
}
