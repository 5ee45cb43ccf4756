import { parentPort, workerData } from 'node:worker_threads';
import { printSchema } from 'graphql';
import { serializeError, type PlanResponse, type PlannerWorkerData, type PlanRequest, type StartMessage } from './planner-messages.js';
import { SupergraphPlanner } from './query-planner.js';

// The worker thread of `createThreadedPlanner`: loads the supergraph, sends the API schema, and then responds to each
// request with a plan.
const { supergraph, options } = workerData as PlannerWorkerData;

try {
  const planner = new SupergraphPlanner(supergraph, options);
  send({ apiSchema: printSchema(planner.apiSchema()) });
  parentPort!.on('message', ({ document, operationName, activeOverrides }: PlanRequest) => {
    try {
      send({ plan: planner.plan(document, operationName, activeOverrides) });
    } catch (error) {
      send({ error: serializeError(error) });
    }
  });
} catch (error) {
  send({ loadError: (error as Error).message });
}

function send(message: StartMessage | PlanResponse): void {
  parentPort!.postMessage(message);
}
