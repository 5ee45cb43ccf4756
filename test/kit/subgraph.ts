import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createClient, type ClientOptions } from 'graphql-sse';
import { pino } from 'pino';
import { Jobs } from '../../subgraphs/shared/jobs/jobs.js';
import type { JobTiming } from '../../subgraphs/shared/jobs/job-worker.js';
import { startBackgroundWork } from '../../subgraphs/shared/server/start-background-work.js';
import type { SubgraphDatabaseClient, Subgraph } from '../../subgraphs/shared/server/subgraph.js';
import { createSubgraphServer } from '../../subgraphs/shared/server/subgraph-server.js';
import { sign, type SigningKey } from '../../subgraphs/shared/viewer/signature.js';
import type { Viewer } from '../../subgraphs/shared/viewer/viewer.js';
import type { Database } from '../../subgraphs/shared/database/database.js';
import type { Execute, Subscribe } from './documents/typed-document.js';
import { Statements } from './statements.js';
import { copyTemplate } from './template.js';

/** One subgraph on a database of its own, behind real HTTP. */
export interface RunningSubgraph<DatabaseClient = SubgraphDatabaseClient> {
  url: string;
  key: SigningKey;
  statements: Statements;
  /** The database without a scope: for arranging what no mutation can. */
  client: DatabaseClient;
  /** Asks as the gateway would for this viewer (null: anonymous). */
  ask: Execute<Viewer | null>;
  /** Subscribes as the gateway would: each answer as it comes. `return()` goes away. */
  subscribe: Subscribe<Viewer | null>;
  /** The headers that make a request the gateway's. */
  headers(viewer: Viewer | null, body: string): Record<string, string>;
  /** Stops the server and leaves the database, as a crash would. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface SubgraphOptions {
  /** Another's database, for a replica; whoever opened it closes it last. A new one where none is named. */
  database?: Database;
  heartbeatMs?: number;
  /** The pace of its background work. */
  timing?: Partial<JobTiming>;
  /** False where its rows are left to other replicas, or to nobody. Default true. */
  works?: boolean;
}

export async function runSubgraph<DatabaseClient extends SubgraphDatabaseClient>(
  subgraph: Subgraph<DatabaseClient>,
  { database: shared, heartbeatMs, timing, works = true }: SubgraphOptions = {},
): Promise<RunningSubgraph<DatabaseClient>> {
  const database = shared ?? (await copyTemplate(subgraph.name));
  const statements = new Statements();
  const client = subgraph.connect(statements.watch(database.adapter));
  const key = { id: 'test', secret: randomBytes(32) };
  const logger = pino({ level: 'error' });
  const jobs = new Jobs({ executeSql: database.executeSql, logger, timing });
  const server = await createSubgraphServer(subgraph, client, { viewerKeys: [key], logger, listen: database.listen, jobs, heartbeatMs });
  // A client of its own: what work costs the database is not what a request costs.
  const workClient = subgraph.connect(database.adapter);
  const working = works ? await startBackgroundWork(subgraph, workClient, jobs, logger) : null;
  await server.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/graphql`;
  const headers = (viewer: Viewer | null, body: string) => ({
    'content-type': 'application/json',
    ...sign(subgraph.name, key, { requestId: 'test', viewer }, body),
  });
  return {
    url,
    key,
    statements,
    client,
    headers,
    async ask(viewer: Viewer | null, query: string, variables?: object) {
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
