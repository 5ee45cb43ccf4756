// The child process that checks an uploaded file: it parses the ONNX model, checks its graph, and opens it once in the runtime.
import { readFile } from 'node:fs/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type ModelProto } from 'onnx-buf';
import { runChildTask } from '../../../shared/jobs/child/run-child-task.js';
import { JobError } from '../../../shared/jobs/job.js';
import { signatureSchema, type Signature } from '../signature.js';
import { graphProblem } from './check-graph.js';
import { runtimeErrorMessage, openSession, sessionSignature } from './session.js';

export interface CheckTask {
  /** The name of a file in the child's folder. */
  file: string;
}

const LIMITS_MESSAGE =
  'A model must have at most 2000 inputs and 100 outputs, each with at most 8 dimensions and a name of 1 to 200 characters.';

const refusedFile = (message: string) => new JobError('REFUSED', message);

runChildTask<CheckTask>(async ({ file }): Promise<Signature> => {
  const bytes = await readFile(file);
  const model = parseModel(bytes);
  const problem = graphProblem(model);
  if (problem !== null) throw refusedFile(problem);
  const session = await openSession(bytes).catch((error: unknown) => {
    throw refusedFile(`ONNX Runtime cannot load this model: ${runtimeErrorMessage(error)}`);
  });
  const sessionTensors = sessionSignature(session, classesOf(model));
  if (!sessionTensors)
    throw refusedFile('All inputs of the model and at least one of its outputs must be tensors of numbers, booleans or strings.');
  const parsed = signatureSchema.safeParse(sessionTensors);
  if (!parsed.success) throw refusedFile(LIMITS_MESSAGE);
  return parsed.data;
});

function parseModel(bytes: Uint8Array): ModelProto {
  try {
    const model = fromBinary(ModelProtoSchema, bytes);
    if (model.irVersion > 0n && model.opsetImport.length > 0) return model;
  } catch {
    // The parser's message is about bytes and does not help the user.
  }
  throw refusedFile('This is not a valid ONNX file. Export the model to ONNX again.');
}

/** Reads the class names of `probabilities` from the metadata property `classes`, a JSON list of strings; null if there are none. */
function classesOf({ metadataProps }: ModelProto): string[] | null {
  const json = metadataProps.find(({ key }) => key === 'classes')?.value;
  if (json === undefined) return null;
  try {
    const classes: unknown = JSON.parse(json);
    return Array.isArray(classes) && classes.every((name) => typeof name === 'string') ? classes : null;
  } catch {
    return null;
  }
}
