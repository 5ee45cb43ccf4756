import { Worker } from 'node:worker_threads';
import type { SubgraphDefinition } from './compose.js';
import type { Composed } from './composer-worker.js';

/** Megabytes of the thread's heap. */
const MEMORY_MB = 512;
/** How long composing may take, in milliseconds. */
const DEADLINE_MS = 60_000;

/**
 * Composes in a thread that ends with it: composing takes hundreds of milliseconds, and memory that nothing else needs.
 * Rejects with the reasons where the subgraphs do not fit together.
 */
export async function composeInThread(subgraphs: readonly SubgraphDefinition[]): Promise<string> {
  const worker = new Worker(new URL('./composer-worker.js', import.meta.url), {
    name: 'composer',
    workerData: subgraphs,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  const deadline = setTimeout(() => void worker.terminate(), DEADLINE_MS);
  try {
    const composed = await new Promise<Composed>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`Composing ended with ${code} and without a supergraph.`)));
    });
    if ('refused' in composed) throw new Error(composed.refused);
    return composed.supergraph;
  } finally {
    clearTimeout(deadline);
    await worker.terminate();
  }
}
