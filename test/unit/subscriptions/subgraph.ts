import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A received request to the subgraph. */
export interface Arrived {
  headers: IncomingMessage['headers'];
  body: string;
  response: ServerResponse;
  /** Resolves when the connection is closed, with the time of `performance.now()`. */
  gone: Promise<number>;
}

/**
 * Starts a subgraph whose scripts handle the requests: the first script the first request, and so on, the last one all others.
 */
export async function runScripts(...scripts: ((arrived: Arrived) => void | Promise<void>)[]) {
  const requests: Arrived[] = [];
  const server = createServer((request, response) => {
    const gone = new Promise<number>((resolve) => request.socket.once('close', () => resolve(performance.now())));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const arrived = { headers: request.headers, body: Buffer.concat(chunks).toString(), response, gone };
      const script = scripts[Math.min(requests.push(arrived), scripts.length) - 1]!;
      void script(arrived);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const begin = (response: ServerResponse): ServerResponse => response.writeHead(200, { 'content-type': 'text/event-stream' });
export const next = (count: number, id?: string): string => `${id ? `id: ${id}\n` : ''}event: next\ndata: {"data":{"count":${count}}}\n\n`;
export const COMPLETE = 'event: complete\ndata:\n\n';
