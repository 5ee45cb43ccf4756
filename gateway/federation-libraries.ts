import type { Logger } from 'pino';
import type { GatewayConfig } from './config.js';
import { createPlanner } from './planning/create-planner.js';
import type { Planner } from './planning/planner.js';
import type { Compose } from './supergraph/subgraphs-source.js';

/** The two functions of Apollo's federation libraries that the gateway uses. They are slow, and the libraries are large. */
export interface FederationLibraries {
  createPlanner: (supergraph: string) => Promise<Planner>;
  composeSubgraphs: Compose;
}

/**
 * Loads the functions, which run in worker threads or in the main thread. With worker threads, the main thread never loads
 * the libraries, which keeps its heap small.
 */
export async function loadFederationLibraries({ plansInThread }: GatewayConfig, logger: Logger): Promise<FederationLibraries> {
  const composeSubgraphs: Compose = plansInThread
    ? (await import('./supergraph/compose-in-thread.js')).composeInThread
    : await import('./supergraph/compose.js').then(
        ({ compose }) =>
          async (subgraphs) =>
            compose(subgraphs),
      );
  return { createPlanner: (supergraph) => createPlanner(supergraph, logger, plansInThread), composeSubgraphs };
}
