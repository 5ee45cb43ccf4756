import { parentPort, workerData } from 'node:worker_threads';
import { compose, type SubgraphDefinition } from './compose.js';

// The worker thread of `composeInThread`. It composes once, sends the supergraph or an error message, and ends.
try {
  parentPort!.postMessage({ supergraph: compose(workerData as SubgraphDefinition[]) } satisfies CompositionResult);
} catch (error) {
  parentPort!.postMessage({ error: (error as Error).message } satisfies CompositionResult);
}

export type CompositionResult = { supergraph: string } | { error: string };
