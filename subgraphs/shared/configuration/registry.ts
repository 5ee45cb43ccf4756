/** The registry entry of one subgraph. */
interface SubgraphEntry {
  /** The default of `PORT` where the subgraph runs as a server of its own. */
  port: number;
  /** The folder that holds its SDL, with a trailing slash. */
  sdlFolder: URL;
  /** The name of its PostgreSQL database, and of the folder of its embedded database below `DATA_FOLDER`. */
  database: string;
}

const entry = (name: string, port: number): SubgraphEntry => ({
  port,
  sdlFolder: new URL(`../../${name}/`, import.meta.url),
  database: name,
});

/**
 * The registry of the subgraphs. Every list of subgraphs in the code derives from it. `test/contract/registry.test.ts`
 * checks the lists that are not code: `docker-compose.yml`, `codegen.yml` and the folders below `prisma/`.
 */
export const REGISTRY = {
  datasets: entry('datasets', 4001),
  chat: entry('chat', 4002),
  documents: entry('documents', 4003),
  serving: entry('serving', 4004),
  devlab: entry('devlab', 4005),
} satisfies Record<string, SubgraphEntry>;

export type SubgraphName = keyof typeof REGISTRY;

/** The names of all subgraphs, in the order of their default ports. */
export const SUBGRAPHS = Object.keys(REGISTRY) as readonly SubgraphName[];

/** The default port of the gateway. */
export const GATEWAY_PORT = 4000;

/** The GraphQL endpoint of a subgraph that runs on this machine with its default port. */
export const defaultUrl = (name: SubgraphName): string => `http://127.0.0.1:${REGISTRY[name].port}/graphql`;

/** The environment variables that belong to one subgraph. The name may be of a supergraph that is not ours. */
export const urlVariable = (name: string): string => `${prefix(name)}_URL`;
export const subscriptionsUrlVariable = (name: string): string => `${prefix(name)}_SUBSCRIPTIONS_URL`;
export const viewerKeysVariable = (name: SubgraphName): string => `${prefix(name)}_VIEWER_KEYS`;
export const databaseUrlVariable = (name: SubgraphName): string => `${prefix(name)}_DATABASE_URL`;

const prefix = (name: string): string => name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
