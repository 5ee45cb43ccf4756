import type { Planner, PlannerOptions } from './planner.js';
import { SupergraphPlanner } from './query-planner.js';

/** A planner in this thread, for tests and tools: while it plans, nothing else happens. Rejects where the supergraph does not load. */
export async function planHere(supergraph: string, options: PlannerOptions = {}): Promise<Planner> {
  const planner = new SupergraphPlanner(supergraph, options);
  return {
    apiSchema: planner.apiSchema(),
    plan: async (document, operationName) => planner.plan(document, operationName),
    close: async () => undefined,
  };
}
