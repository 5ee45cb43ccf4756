import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { SubgraphName } from '../configuration/registry.js';
import type { Jobs } from '../jobs/jobs.js';
import type { JobKind } from '../jobs/job.js';
import type { ResolverMap } from '../schema/subgraph-schema.js';
import type { AnyClient } from '../tenancy/scope.js';
import type { Viewer } from '../viewer/viewer.js';
import type { Closeable } from './run-process.js';

/** A Prisma client as the server needs it. */
export interface SubgraphDatabaseClient extends AnyClient {
  $disconnect(): Promise<void>;
  $queryRawUnsafe(statement: string): Promise<unknown>;
}

/** One house: what a server needs to know to answer for it. */
export interface Subgraph<DatabaseClient extends SubgraphDatabaseClient = SubgraphDatabaseClient> {
  name: SubgraphName;
  resolvers: ResolverMap;
  connect(adapter: SqlDriverAdapterFactory): DatabaseClient;
  /** The stores of one request. `viewer` is null for an anonymous one: its stores refuse with UNAUTHENTICATED. */
  context(client: DatabaseClient, viewer: Viewer | null, jobs: Jobs): object;
  /** Routes beside GraphQL, behind the same signature. */
  routes?(server: FastifyInstance, client: DatabaseClient, jobs: Jobs): void;
  /**
   * Routes whose bodies are streams. The gateway vouches for their method and URL alone, and for no viewer: the URL must
   * carry its own proof. A body is in `request.raw`, and as long as its client wants it to be.
   */
  streams?(server: FastifyInstance, client: DatabaseClient, jobs: Jobs): void;
  /** What goes on beside requests, until it is closed; started with the process, before it takes requests. */
  background?(client: DatabaseClient, logger: Logger, jobs: Jobs): BackgroundWork;
}

/** What a house does beside requests. */
export interface BackgroundWork extends Closeable {
  /** The work that this process does for rows that wait for it. It is stopped before `close` is called. */
  jobKinds?: readonly JobKind[];
}
