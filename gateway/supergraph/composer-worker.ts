import { parentPort, workerData } from 'node:worker_threads';
import { compose, type SubgraphDefinition } from './compose.js';

// The thread of `composeInThread`: it composes once, says the supergraph or the reasons against it, and ends.
try {
  parentPort!.postMessage({ supergraph: compose(workerData as SubgraphDefinition[]) } satisfies Composed);
} catch (error) {
  parentPort!.postMessage({ refused: (error as Error).message } satisfies Composed);
}

export type Composed = { supergraph: string } | { refused: string };
