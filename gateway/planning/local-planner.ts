import type { Planner, PlannerOptions } from './planner.js';
import { SupergraphPlanner } from './query-planner.js';

/**
 * Creates a planner that plans in the calling thread and blocks it meanwhile, for tests and tools. Rejects if the supergraph
 * does not load.
 */
export async function createLocalPlanner(supergraph: string, options: PlannerOptions = {}): Promise<Planner> {
  const planner = new SupergraphPlanner(supergraph, options);
  return {
    apiSchema: planner.apiSchema(),
    plan: async (document, operationName, activeOverrides) => planner.plan(document, operationName, activeOverrides),
    close: async () => undefined,
  };
}
