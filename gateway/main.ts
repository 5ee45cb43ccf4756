import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

/**
 * The size of V8's young generation in MiB: three semi-spaces of 32. Node.js has a third of it by default, and then the garbage
 * collector copies the objects of waiting requests again and again (docs/performance.md). V8 reads the size when a heap is created
 * and a program cannot change its own, so the gateway runs in a worker thread.
 */
const YOUNG_GENERATION_MIB = 96;

/** Runs this module in a worker thread with the heap limit of the process, passes signals to it, and exits with its exit code. */
function runInWorker(): void {
  // The garbage collector takes objects of waiting requests for long-lived ones, and by default lets the heap grow to four
  // times its live size before a full collection. At two and a half times, memory is a fifth lower at the same speed
  // (docs/performance.md).
  setFlagsFromString('--heap-growing-percent=150');
  const maxOldGenerationSizeMb = Math.round(getHeapStatistics().heap_size_limit / 2 ** 20);
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB, maxOldGenerationSizeMb };
  const worker = new Worker(new URL(import.meta.url), { resourceLimits });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => worker.postMessage(signal));
  worker.on('error', (error) => {
    throw error;
  });
  worker.on('exit', (code) => process.exit(code));
}

parentPort?.on('message', (signal: NodeJS.Signals) => {
  // Before the gateway listens to signals, which is while it starts, they end it at once.
  if (!process.emit(signal)) process.exit(1);
});

if (isMainThread) runInWorker();
else await import('./run-gateway.js'); // The main thread does not load the gateway's modules, which take 50 MB.
