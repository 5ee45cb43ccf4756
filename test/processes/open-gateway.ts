import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startServer, type ServerProcess } from '../kit/process.js';

/** A gateway process that serves any supergraph. */
export interface OpenGateway {
  server: ServerProcess;
  origin: string;
  url: string;
  /** Sends an operation over HTTP; returns the body, and the response time in milliseconds. */
  ask(query: string): Promise<{ body: string; ms: number }>;
  /** Ends the process and returns its exit code. */
  end(): Promise<number | null>;
}

export async function openGateway(supergraph: string, environment: Record<string, string> = {}): Promise<OpenGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'open-gateway-'));
  const file = join(folder, 'supergraph.graphql');
  writeFileSync(file, supergraph);
  const port = await freePort();
  const server = startServer('gateway/main.js', {
    GATEWAY_AUTH: 'off',
    SUPERGRAPH_FILE: file,
    PORT: String(port),
    DATA_FOLDER: '/dev/null/none', // There is nothing to keep.
    ...environment,
  });
  await server.printed(/gateway listens at/);
  const origin = `http://127.0.0.1:${port}`;
  const url = `${origin}/graphql`;
  return {
    server,
    origin,
    url,
    async ask(query) {
      const begun = performance.now();
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return { body: await response.text(), ms: performance.now() - begun };
    },
    async end() {
      const code = await server.end();
      rmSync(folder, { recursive: true });
      return code;
    },
  };
}
