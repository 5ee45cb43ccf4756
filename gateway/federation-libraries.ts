import type { Logger } from 'pino';
import type { GatewayConfig } from './config.js';
import type { Planner, PlannerOptions } from './planning/planner.js';
import type { Compose } from './supergraph/subgraphs-source.js';

/** With type-conditioned fetching, fetches below an abstract type select only the fields that the operation selects on each type. */
const PLANNER_OPTIONS: PlannerOptions = { typeConditionedFetching: true, defer: true };

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
  if (plansInThread) {
    const [{ createThreadedPlanner }, { composeInThread }] = await Promise.all([
      import('./planning/threaded-planner.js'),
      import('./supergraph/compose-in-thread.js'),
    ]);
    return {
      createPlanner: (supergraph) => createThreadedPlanner(supergraph, { logger, ...PLANNER_OPTIONS }),
      composeSubgraphs: composeInThread,
    };
  }
  const [{ createLocalPlanner }, { compose }] = await Promise.all([
    import('./planning/local-planner.js'),
    import('./supergraph/compose.js'),
  ]);
  return {
    createPlanner: (supergraph) => createLocalPlanner(supergraph, PLANNER_OPTIONS),
    composeSubgraphs: async (subgraphs) => compose(subgraphs),
  };
}
