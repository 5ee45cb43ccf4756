import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { FastifyInstance } from 'fastify';
import type { SubgraphName } from '../configuration/registry.js';
import type { JobKind } from '../jobs/job.js';
import type { Jobs } from '../jobs/jobs.js';
import type { PeriodicTask } from '../jobs/periodic-task.js';
import type { ResolverMap } from '../schema/subgraph-schema.js';
import type { AnyClient } from '../tenancy/scope.js';
import type { Viewer } from '../viewer/viewer.js';

/** The methods of a Prisma client that the server itself calls. Each subgraph generates a client class of its own. */
export interface SubgraphDatabaseClient extends AnyClient {
  $disconnect(): Promise<void>;
  $queryRawUnsafe(statement: string): Promise<unknown>;
}

/**
 * A subgraph: a part of the GraphQL schema, its resolvers, and a database of its own. `startSubgraph` opens the database and
 * serves these parts over HTTP; README.md lists them in the order in which a request uses them.
 */
export interface Subgraph<DatabaseClient extends SubgraphDatabaseClient = SubgraphDatabaseClient> {
  /** The name in the registry (configuration/registry.ts), which also gives the folder of the SDL and the default port. */
  name: SubgraphName;
  resolvers: ResolverMap;
  /** Creates the Prisma client of the subgraph's database. */
  connect(adapter: SqlDriverAdapterFactory): DatabaseClient;
  /**
   * Creates the context of one request: its stores. `viewer` is null if the request is anonymous; the stores then throw
   * UNAUTHENTICATED. Through `jobs` the stores send jobs. `address` is the key by which the address of the client is counted; null
   * for a request that came from no client of the gateway.
   */
  context(client: DatabaseClient, viewer: Viewer | null, jobs: Jobs, address: string | null): object;
  /** Adds HTTP routes beside GraphQL. Like GraphQL they only accept requests that the gateway signed, body included. */
  routes?(server: FastifyInstance, client: DatabaseClient, jobs: Jobs): void;
  /**
   * Adds HTTP routes with streamed bodies. The gateway signs only the method and the URL of such a request, and no viewer, so
   * the URL must contain a proof of its own. The body is in `request.raw`, and its length is not limited.
   */
  streams?(server: FastifyInstance, client: DatabaseClient, jobs: Jobs): void;
  /** Returns the background work of the process. It starts before the server listens. */
  background?(client: DatabaseClient, jobs: Jobs): BackgroundWork;
}

/** The work that a process does independently of requests. */
export interface BackgroundWork {
  /** The kinds of job that this process runs (`defineJob`). */
  jobKinds?: readonly JobKind[];
  periodicTasks?: readonly PeriodicTask[];
  /** Releases what else the subgraph holds, after jobs and tasks have stopped. */
  close?(): Promise<void>;
}
