import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createClient, type ClientOptions } from 'graphql-sse';
import { pino } from 'pino';
import { Jobs } from '../../subgraphs/shared/jobs/jobs.js';
import type { JobTiming } from '../../subgraphs/shared/jobs/job-worker.js';
import { startBackgroundWork } from '../../subgraphs/shared/server/start-background-work.js';
import type { SubgraphDatabaseClient, Subgraph } from '../../subgraphs/shared/server/subgraph.js';
import { createSubgraphServer } from '../../subgraphs/shared/server/subgraph-server.js';
import { sign, type SignOptions, type SigningKey } from '../../subgraphs/shared/viewer/signature.js';
import type { Viewer } from '../../subgraphs/shared/viewer/viewer.js';
import type { Database } from '../../subgraphs/shared/database/database.js';
import type { Execute, Subscribe } from './documents/typed-document.js';
import { Statements } from './statements.js';
import { copyTemplate } from './template.js';

/** A subgraph with its own database, behind real HTTP. */
export interface RunningSubgraph<DatabaseClient = SubgraphDatabaseClient> {
  url: string;
  key: SigningKey;
  statements: Statements;
  /** The database client without a tenant scope, to arrange rows that no mutation creates. */
  client: DatabaseClient;
  /** Sends an operation as the gateway does for a viewer; null for an anonymous one. */
  execute: Execute<Viewer | null>;
  /** Subscribes as the gateway does. `return()` disconnects. */
  subscribe: Subscribe<Viewer | null>;
  /** Returns the signed headers of the gateway for a request body. */
  headers(viewer: Viewer | null, body: string, options?: SignOptions): Record<string, string>;
  /** Stops the server without closing the database, like a crash. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface SubgraphOptions {
  /** The database of another subgraph, for a replica. The opener closes it. By default a new one. */
  database?: Database;
  heartbeatMs?: number;
  /** The key with which a client reads the SDL. */
  publisherKey?: string;
  /** The largest response in bytes. */
  maxResponseBytes?: number;
  /** The timing of its background jobs. */
  timing?: Partial<JobTiming>;
  /** False if it runs no background jobs. Default true. */
  works?: boolean;
}

export async function runSubgraph<DatabaseClient extends SubgraphDatabaseClient>(
  subgraph: Subgraph<DatabaseClient>,
  { database: shared, heartbeatMs, publisherKey, maxResponseBytes, timing, works = true }: SubgraphOptions = {},
): Promise<RunningSubgraph<DatabaseClient>> {
  const database = shared ?? (await copyTemplate(subgraph.name));
  const statements = new Statements();
  const client = subgraph.connect(statements.watch(database.adapter));
  const key = { id: 'test', secret: randomBytes(32) };
  const logger = pino({ level: 'error' });
  const jobs = new Jobs({ executeSql: database.executeSql, logger, timing });
  const server = await createSubgraphServer(subgraph, client, {
    viewerKeys: [key],
    publisherKey,
    logger,
    listen: database.listen,
    jobs,
    heartbeatMs,
    maxResponseBytes,
  });
  // A separate client, so that statements of background jobs are not counted for requests.
  const workClient = subgraph.connect(database.adapter);
  const working = works ? await startBackgroundWork(subgraph, workClient, jobs, logger) : null;
  await server.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/graphql`;
  const headers = (viewer: Viewer | null, body: string, options?: SignOptions) => ({
    'content-type': 'application/json',
    ...sign(subgraph.name, key, { requestId: 'test', viewer }, body, options),
  });
  return {
    url,
    key,
    statements,
    client,
    headers,
    async execute(viewer: Viewer | null, query: string, variables?: object) {
      const body = JSON.stringify({ query, variables });
      const response = await fetch(url, { method: 'POST', headers: headers(viewer, body), body });
      return (await response.json()) as never;
    },
    subscribe(viewer: Viewer | null, query: string, variables?: Record<string, unknown>) {
      const options = { url, retryAttempts: 0, headers: (request: object) => headers(viewer, JSON.stringify(request)) };
      return createClient(options as ClientOptions).iterate({ query, variables }) as never;
    },
    stop: () => server.close(),
    async close() {
      await server.close();
      await working?.close();
      await workClient.$disconnect();
      await client.$disconnect();
      if (!shared) await database.close();
    },
  };
}
