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
import { DEFAULT_LIMITS, DEFAULT_LIMITS_WITHOUT_AUTHENTICATION } from '../../gateway/guards/limits.js';
import { startGateway } from '../../gateway/gateway.js';
import type { SigningKey } from '../../subgraphs/shared/viewer/signature.js';
import type { Viewer } from '../../subgraphs/shared/viewer/viewer.js';
import type { GraphQLResponse } from './documents/response.js';
import type { Execute, Subscribe } from './documents/typed-document.js';
import { subgraphUrls } from './federation.js';
import { TEST_CONFIG } from './gateway-config.js';

/** The viewers by API key. A test revokes a key by deleting it. */
export type ViewersByApiKey = Map<string, Viewer>;

export interface GatewaySettings extends Partial<GatewayConfig> {
  /** The known API keys; without it no credential is required. */
  viewers?: ViewersByApiKey;
  /** The signing keys by subgraph name; by default a key that no subgraph verifies. */
  keys?: Readonly<Record<string, SigningKey>>;
}

/** The whole gateway over HTTP, in front of the subgraphs of a test. */
export interface OpenGateway {
  url: string;
  /** The lines of its log, each one a JSON text. */
  log: string[];
  execute: Execute<string | null>;
  /** Subscribes as a web UI does. `return()` disconnects. */
  subscribe: Subscribe<string | null>;
  /** Replaces the supergraph file of the gateway. */
  replaceSupergraph(supergraph: string): void;
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
  const limits = viewers ? DEFAULT_LIMITS : DEFAULT_LIMITS_WITHOUT_AUTHENTICATION;
  const config = { ...TEST_CONFIG, limits, supergraphFile, subgraphs: (addresses ?? null) as GatewayConfig['subgraphs'], ...settings };
  const gateway = await startGateway(config, logger);
  const url = `${gateway.url}/graphql`;
  const credential = (apiKey: string | null): Record<string, string> => (apiKey === null ? {} : { 'x-api-key': apiKey });
  return {
    url,
    log,
    async execute(apiKey: string | null, query: string, variables?: object) {
      const headers = { 'content-type': 'application/json', ...credential(apiKey) };
      return (await (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })).json()) as never;
    },
    subscribe: (apiKey: string | null, query: string, variables?: Record<string, unknown>) =>
      subscribeByEventStream(url, credential(apiKey), query, variables),
    replaceSupergraph: replace,
    async close() {
      await gateway.close();
      if (serving) await serving.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Subscribes with graphql-sse's client, without reconnecting. */
export const subscribeByEventStream = <Data>(
  url: string,
  headers: Record<string, string>,
  query: string,
  variables?: Record<string, unknown>,
): AsyncIterableIterator<GraphQLResponse<Data>> => createClient({ url, headers, retryAttempts: 0 }).iterate({ query, variables }) as never;

/** Serves the API key lookup of the serving subgraph. */
async function serveIdentity(viewers: ViewersByApiKey): Promise<{ url: string; close(): Promise<void> }> {
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
