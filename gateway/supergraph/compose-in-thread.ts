import { Worker } from 'node:worker_threads';
import type { SubgraphDefinition } from './compose.js';
import type { CompositionResult } from './composer-worker.js';

/** Maximum heap size of the thread, in megabytes. */
const MEMORY_MB = 512;
/** Maximum time of a composition, in milliseconds. */
const TIMEOUT_MS = 60_000;

/**
 * Composes the subgraphs in a worker thread that ends afterwards. Composition blocks its thread for hundreds of milliseconds
 * and needs memory that is then released. Rejects with the reasons if the subgraphs do not compose.
 */
export async function composeInThread(subgraphs: readonly SubgraphDefinition[]): Promise<string> {
  const worker = new Worker(new URL('./composer-worker.js', import.meta.url), {
    name: 'composer',
    workerData: subgraphs,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  const timeout = setTimeout(() => void worker.terminate(), TIMEOUT_MS);
  try {
    const result = await new Promise<CompositionResult>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`The composition thread exited with code ${code} before it returned a supergraph.`)));
    });
    if ('error' in result) throw new Error(result.error);
    return result.supergraph;
  } finally {
    clearTimeout(timeout);
    await worker.terminate();
  }
}
