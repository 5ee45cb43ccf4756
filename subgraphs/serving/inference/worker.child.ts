// The worker process: runs models that passed the check. It handles one request at a time; the parent kills it when a deadline passes.
import { Tensor as OrtTensor, type InferenceSession } from 'onnxruntime-node';
import { runtimeErrorMessage, openSession } from './onnx/session.js';
import { packTensors, unpackTensors } from './packed-tensors.js';
import type { Tensor } from './tensor.js';
import type { TensorNames, WorkerRequest, WorkerResponse } from './worker-messages.js';

const sessions = new Map<string, { session: InferenceSession; names: TensorNames }>();

process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', (request: WorkerRequest) => {
  perform(request)
    .then(
      (outputs): WorkerResponse => ({ kind: 'done', outputs: packTensors(outputs) }),
      (error: unknown): WorkerResponse => ({ kind: 'fault', message: runtimeErrorMessage(error) }),
    )
    .then((response) => process.send!(response));
});

async function perform(request: WorkerRequest): Promise<Tensor[]> {
  if (request.kind === 'load') {
    sessions.set(request.key, { session: await openSession(request.bytes), names: request.names });
    return [];
  }
  const loaded = sessions.get(request.key);
  if (request.kind === 'drop') {
    sessions.delete(request.key);
    await loaded?.session.release();
    return [];
  }
  if (!loaded) throw new Error('The model is not loaded.');
  const { session, names } = loaded;
  const feeds = Object.create(null) as Record<string, OrtTensor>;
  for (const { name, type, data, dims } of unpackTensors(names.inputs, request.feeds))
    feeds[name] = new OrtTensor(type as 'float32', data as Float32Array, dims);
  const results = await session.run(feeds, [...names.outputs]);
  return names.outputs.map((name) => {
    const { type, dims, data } = results[name]! as OrtTensor;
    return { name, type: type as Tensor['type'], dims: [...dims], data: data as Tensor['data'] };
  });
}
