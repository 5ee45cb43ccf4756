import type { Log } from '../log.js';
import type { Planner, PlannerOptions } from './planner.js';

/** With type-conditioned fetching, fetches below an abstract type select only the fields that the operation selects on each type. */
const OPTIONS: PlannerOptions = { typeConditionedFetching: true, defer: true };

/** Creates the planner of a supergraph, in a thread of its own unless `isThreaded` is false. The main thread then never loads Apollo's planner. */
export async function createPlanner(supergraph: string, logger: Log, isThreaded = true): Promise<Planner> {
  if (isThreaded) return (await import('./threaded-planner.js')).createThreadedPlanner(supergraph, { logger, ...OPTIONS });
  return (await import('./local-planner.js')).createLocalPlanner(supergraph, OPTIONS);
}
