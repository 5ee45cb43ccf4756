import { randomBytes } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createClient } from 'graphql-sse';
import { pino } from 'pino';
import type { GatewayConfig } from '../../gateway/config.js';
import { DEFAULT_LIMITS } from '../../gateway/guards/limits.js';
import { startGateway } from '../../gateway/gateway.js';
import type { SigningKey } from '../../subgraphs/shared/viewer/signature.js';
import type { Viewer } from '../../subgraphs/shared/viewer/viewer.js';
import type { GraphQLResponse } from './documents/response.js';
import type { Execute, Subscribe } from './documents/typed-document.js';
import { subgraphUrls } from './federation.js';

/** Whose an API key is. A test that takes one away revokes it. */
export type Viewers = Map<string, Viewer>;

export interface GatewaySettings extends Partial<GatewayConfig> {
  /** Who may come, by API key; without it nobody is asked for one. */
  viewers?: Viewers;
  /** What requests to a subgraph are signed with, by its name; a key that nobody checks where none is named. */
  keys?: Readonly<Record<string, SigningKey>>;
}

/** The whole gateway over HTTP, before subgraphs of a test. */
export interface OpenGateway {
  url: string;
  /** What it wrote to its log, a JSON text for each line. */
  log: string[];
  ask: Execute<string | null>;
  /** Subscribes as a web UI does: each answer as it comes. `return()` goes away. */
  subscribe: Subscribe<string | null>;
  /** Puts another supergraph in the place of the file that it serves. */
  replace(supergraph: string): void;
  close(): Promise<void>;
}

export async function openGateway(supergraph: string, { viewers, keys = {}, ...settings }: GatewaySettings = {}): Promise<OpenGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  const supergraphFile = join(folder, 'supergraph.graphql');
  const replace = (content: string) => {
    writeFileSync(`${supergraphFile}.new`, content);
    renameSync(`${supergraphFile}.new`, supergraphFile);
  };
  replace(supergraph);
  const log: string[] = [];
  const logger = pino({ level: settings.logLevel ?? 'info' }, { write: (line: string) => void log.push(line) });
  const serving = viewers && (await serveIdentity(viewers));
  const key = { id: 'test', secret: randomBytes(32) };
  const urls = serving && [['serving', serving.url] as const, ...subgraphUrls(supergraph)];
  const addresses = urls?.map(([name, url]) => ({ name, url, key: keys[name] ?? key }));
  const config = { ...CONFIG, supergraphFile, subgraphs: (addresses ?? null) as GatewayConfig['subgraphs'], ...settings };
  const gateway = await startGateway(config, logger);
  const url = `${gateway.url}/graphql`;
  const credential = (apiKey: string | null): Record<string, string> => (apiKey === null ? {} : { 'x-api-key': apiKey });
  return {
    url,
    log,
    async ask(apiKey: string | null, query: string, variables?: object) {
      const headers = { 'content-type': 'application/json', ...credential(apiKey) };
      return (await (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })).json()) as never;
    },
    subscribe: (apiKey: string | null, query: string, variables?: Record<string, unknown>) =>
      iterate(url, credential(apiKey), query, variables),
    replace,
    async close() {
      await gateway.close();
      if (serving) await serving.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A subscription by graphql-sse's client, which does not come back by itself. */
export const iterate = <Data>(
  url: string,
  headers: Record<string, string>,
  query: string,
  variables?: Record<string, unknown>,
): AsyncIterableIterator<GraphQLResponse<Data>> => createClient({ url, headers, retryAttempts: 0 }).iterate({ query, variables }) as never;

/** Answers whose an API key is, as the subgraph does that owns them. */
async function serveIdentity(viewers: Viewers): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(async (request, response) => {
    const { token } = JSON.parse(await text(request)) as { token: string };
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ viewer: viewers.get(token) ?? null }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const CONFIG: GatewayConfig = {
  host: '127.0.0.1',
  port: 0,
  logLevel: 'info',
  isProduction: true,
  subgraphs: null,
  subgraphUrl: () => undefined,
  deduplicatesRequests: true,
  reportsUsage: false,
  plansInThread: false,
  supergraphFile: null,
  contract: null,
  corsOrigins: [],
  explorer: null,
  subgraphTimeoutMs: 5000,
  limits: DEFAULT_LIMITS,
};
