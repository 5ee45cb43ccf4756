import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clientError, SubgraphFault } from '../../gateway/transport/subgraph-fault.js';
import { SubgraphClient, type SubgraphClientOptions, type SubgraphRequest } from '../../gateway/transport/subgraph-client.js';

export const RESPONSE_BODY = '{"data":{"user":{"name":"Ada"}}}';

export const query = (more: Partial<SubgraphRequest> = {}): SubgraphRequest => ({
  body: '{"query":"{ user { name } }"}',
  headers: {},
  isRepeatable: true,
  ...more,
});
export const mutation = (more: Partial<SubgraphRequest> = {}): SubgraphRequest => query({ isRepeatable: false, ...more });

/** A server on a port of its own, which counts what it gets. */
export interface CountingServer {
  server: Server;
  url: string;
  port: number;
  requests: () => number;
  connections: () => Promise<number>;
  close: () => Promise<void>;
}

export async function startServer(handler: RequestListener = respondWith(RESPONSE_BODY)): Promise<CountingServer> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    request.resume().on('end', () => handler(request, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    url: `http://127.0.0.1:${port}/graphql`,
    requests: () => requests,
    connections: () => new Promise((resolve) => server.getConnections((_, count) => resolve(count))),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const respondWith =
  (text: string, status = 200, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  };

export const createClient = (url: string, options: Partial<SubgraphClientOptions> = {}): SubgraphClient =>
  new SubgraphClient({ name: 'users', url, timeoutMs: 30_000, ...options });

/** How a post failed: its code for clients, and what it took in milliseconds. */
export async function rejectionOf(post: Promise<string>): Promise<{ code: unknown; ms: number; fault: SubgraphFault }> {
  const begun = performance.now();
  const fault = await post.then(
    (text) => Promise.reject(new Error(`answered ${text.slice(0, 100)}`)),
    (error: unknown) => error,
  );
  if (!(fault instanceof SubgraphFault)) throw fault;
  return { code: clientError(fault).extensions.code, ms: performance.now() - begun, fault };
}
