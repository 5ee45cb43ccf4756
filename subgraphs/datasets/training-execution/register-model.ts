import { JobError } from '../../shared/jobs/job.js';
import type { UserError } from '../../shared/errors/user-error.js';
import type { PeerClient } from '../../shared/peers/peer-client.js';
import type { Viewer } from '../../shared/viewer/viewer.js';
import type { TrainingMetric, TrainingRun } from '../generated/prisma/client.js';
import {
  ModelCreateDocument,
  ModelDocument,
  ModelMetricsRecordDocument,
  ModelsByNameDocument,
  ModelVersionCreateDocument,
  type ModelVersionCreateInput,
} from '../generated/serving-operations.js';

/** The longest name of a model. */
const MAX_NAME = 255;

/** What is registered: a run, the file that it learned, and the figures of it. */
export interface Registration {
  run: TrainingRun;
  datasetName: string;
  inputSchema: unknown;
  outputSchema: unknown;
  metrics: readonly TrainingMetric[];
}

/** Whether the viewer has a model with this id. Rejects with PeerFault. */
export async function isModel(serving: PeerClient, viewer: Viewer, id: string): Promise<boolean> {
  // Who may not change anything cannot start a run either: asked as a part of the mutation that it is.
  const { model } = await serving.request(viewer, ModelDocument, { id }, { operation: 'mutation' });
  return model !== null;
}

/**
 * Registers what a run has learned as a version of its model, with its figures: once, however often it is asked, since the run's id
 * is the key. Rejects with PeerFault where serving does not answer, and with WorkFault where it refuses.
 */
export async function registerModel(serving: PeerClient, viewer: Viewer, registration: Registration): Promise<void> {
  const { run, datasetName, inputSchema, outputSchema, metrics } = registration;
  const modelId = run.modelId ?? (await modelOf(serving, viewer, run, datasetName));
  const version: ModelVersionCreateInput = {
    modelId,
    trainingStrategy: 'CUSTOM',
    fileId: run.artifactFileId,
    inputSchema,
    outputSchema,
    trainingRunId: run.id,
    datasetId: run.datasetId,
    metadata: { algorithm: run.algorithm },
    idempotencyKey: run.id,
  };
  const { modelVersion, userErrors } = (await serving.request(viewer, ModelVersionCreateDocument, { input: version })).modelVersionCreate!;
  if (!modelVersion) throw refused(userErrors);
  await recordMetrics(serving, viewer, modelVersion.id, metrics);
}

/** The model that is called like the dataset and the target; a new one where there is none. */
async function modelOf(serving: PeerClient, viewer: Viewer, run: TrainingRun, datasetName: string): Promise<string> {
  const name = `${datasetName}: ${run.target}`.slice(0, MAX_NAME).trim();
  const find = async () => (await serving.request(viewer, ModelsByNameDocument, { name }, { operation: 'mutation' })).models!.nodes[0]?.id;
  const found = await find();
  if (found) return found;
  const { model, userErrors } = (await serving.request(viewer, ModelCreateDocument, { input: { name, framework: 'onnx' } })).modelCreate!;
  if (model) return model.id;
  // Another run was first.
  const made = userErrors.some(({ code }) => code === 'TAKEN') ? await find() : undefined;
  if (made) return made;
  throw refused(userErrors);
}

/** The figures that the model was judged by: those of the rows held out as TEST, those of the cross-validation as VALIDATION. */
async function recordMetrics(
  serving: PeerClient,
  viewer: Viewer,
  modelVersionId: string,
  metrics: readonly TrainingMetric[],
): Promise<void> {
  const input = {
    modelVersionId,
    metrics: metrics.map(({ name, value, nonFinite }) => ({
      name,
      datasetType: name.startsWith('cv_') ? ('VALIDATION' as const) : ('TEST' as const),
      value,
      nonFinite,
    })),
  };
  const { userErrors } = (await serving.request(viewer, ModelMetricsRecordDocument, { input })).modelMetricsRecord!;
  if (userErrors.length > 0) throw refused(userErrors);
}

const refused = (errors: readonly UserError[]): JobError =>
  new JobError(
    'REGISTRATION_REFUSED',
    `The model was learned, and could not be registered: ${errors.map(({ message }) => message).join(' ')}`.slice(0, 1000),
  );
