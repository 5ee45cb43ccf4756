import { parentPort, workerData } from 'node:worker_threads';
import { printSchema } from 'graphql';
import { sayError, type PlanAnswer, type PlannerWork, type PlanRequest, type Started } from './planner-messages.js';
import { SupergraphPlanner } from './query-planner.js';

// The thread of `planInThread`: it loads the supergraph, says the API schema, and then answers each request with a plan.
const { supergraph, options } = workerData as PlannerWork;

try {
  const planner = new SupergraphPlanner(supergraph, options);
  say({ apiSchema: printSchema(planner.apiSchema()) });
  parentPort!.on('message', ({ document, operationName }: PlanRequest) => {
    try {
      say({ plan: planner.plan(document, operationName) });
    } catch (error) {
      say({ error: sayError(error) });
    }
  });
} catch (error) {
  say({ refused: (error as Error).message });
}

function say(message: Started | PlanAnswer): void {
  parentPort!.postMessage(message);
}
