import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { FeatureColumn } from '../../subgraphs/datasets/learning/table.js';

/** The values of each output, flattened. */
export interface RuntimeAnswers {
  readonly inputs: readonly string[];
  readonly label?: readonly string[];
  readonly probabilities?: Float32Array;
  readonly prediction?: Float32Array;
}

/** Runs in a separate thread, because the runtime does not accept typed arrays of Jest's realm. */
const THREAD = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { InferenceSession, Tensor } = require(workerData.runtime);
  InferenceSession.create(workerData.model, { intraOpNumThreads: workerData.threads, interOpNumThreads: 1 }).then(async (session) => {
    const feeds = {};
    for (const { name, kind, values } of workerData.columns)
      feeds[name] = new Tensor(kind === 'number' ? 'float32' : 'string', values, [values.length, 1]);
    const answers = await session.run(feeds);
    const outputs = Object.entries(answers).map(([name, tensor]) => [name, tensor.data]);
    parentPort.postMessage({ inputs: session.inputNames, ...Object.fromEntries(outputs) });
  });
`;

/** Runs an ONNX model on ONNX Runtime with the given number of threads. */
export async function askRuntime(model: Uint8Array, columns: readonly FeatureColumn[], threads = 1): Promise<RuntimeAnswers> {
  const runtime = createRequire(import.meta.url).resolve('onnxruntime-node');
  const worker = new Worker(THREAD, { eval: true, workerData: { runtime, model, columns, threads } });
  try {
    return await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  } finally {
    await worker.terminate();
  }
}
