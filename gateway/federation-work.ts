import type { Logger } from 'pino';
import type { GatewayConfig } from './config.js';
import type { Planner, PlannerOptions } from './planning/planner.js';
import type { Compose } from './supergraph/subgraphs-source.js';

/** Below an abstract type the objects of each type are asked only for what the operation wants of that type. */
const PLANNING: PlannerOptions = { typeConditionedFetching: true, defer: true };

/** The two jobs that Apollo's federation libraries do. They are slow, and the libraries are large. */
export interface FederationWork {
  makePlanner: (supergraph: string) => Promise<Planner>;
  composeSubgraphs: Compose;
}

/**
 * The jobs in threads of their own, or in this one. The libraries are loaded where they work: with threads the main one
 * never loads them, which keeps its heap small.
 */
export async function federationWork({ plansInThread }: GatewayConfig, logger: Logger): Promise<FederationWork> {
  if (plansInThread) {
    const [{ createThreadedPlanner }, { composeInThread }] = await Promise.all([
      import('./planning/threaded-planner.js'),
      import('./supergraph/compose-in-thread.js'),
    ]);
    return { makePlanner: (supergraph) => createThreadedPlanner(supergraph, { logger, ...PLANNING }), composeSubgraphs: composeInThread };
  }
  const [{ createLocalPlanner }, { compose }] = await Promise.all([
    import('./planning/local-planner.js'),
    import('./supergraph/compose.js'),
  ]);
  return {
    makePlanner: (supergraph) => createLocalPlanner(supergraph, PLANNING),
    composeSubgraphs: async (subgraphs) => compose(subgraphs),
  };
}
