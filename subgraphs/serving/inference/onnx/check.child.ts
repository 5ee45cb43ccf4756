// Looks at a file that a stranger sent: reads it as ONNX, judges what is in it, and then opens it once in the runtime.
import { readFile } from 'node:fs/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type ModelProto } from 'onnx-buf';
import { runChildTask } from '../../../shared/jobs/child/run-child-task.js';
import { JobError } from '../../../shared/jobs/job.js';
import { signature, type Signature } from '../signature.js';
import { graphProblem } from './check-graph.js';
import { faultOf, openSession, signatureOf } from './session.js';

export interface CheckTask {
  /** A file in the child's folder. */
  file: string;
}

const refused = (message: string) => new JobError('REFUSED', message);

runChildTask<CheckTask>(async ({ file }): Promise<Signature> => {
  const bytes = await readFile(file);
  const model = read(bytes);
  const problem = graphProblem(model);
  if (problem !== null) throw refused(problem);
  const session = await openSession(bytes).catch((error: unknown) => {
    throw refused(`The runtime does not take this model: ${faultOf(error)}`);
  });
  const found = signatureOf(session, classesOf(model));
  if (!found)
    throw refused(
      'The model takes or gives nothing but what no JSON says: its inputs, and at least one output, must be tensors of numbers, booleans or strings.',
    );
  const said = signature.safeParse(found);
  if (!said.success) throw refused('The model has more inputs, outputs or dimensions than are served here.');
  return said.data;
});

function read(bytes: Uint8Array): ModelProto {
  try {
    const model = fromBinary(ModelProtoSchema, bytes);
    if (model.irVersion > 0n && model.opsetImport.length > 0) return model;
  } catch {
    // What the parser says is of the file's bytes.
  }
  throw refused('This is no ONNX file.');
}

/** What the file says that the columns of `probabilities` are of. */
function classesOf({ metadataProps }: ModelProto): string[] | null {
  const said = metadataProps.find(({ key }) => key === 'classes')?.value;
  if (said === undefined) return null;
  try {
    const classes: unknown = JSON.parse(said);
    return Array.isArray(classes) && classes.every((one) => typeof one === 'string') ? classes : null;
  } catch {
    return null;
  }
}
