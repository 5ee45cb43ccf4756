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

/** The largest number of characters in the name of a model. */
const MAX_NAME = 255;

/** A trained run with the schemas and metrics of its model. */
export interface Registration {
  run: TrainingRun;
  datasetName: string;
  inputSchema: unknown;
  outputSchema: unknown;
  metrics: readonly TrainingMetric[];
}

/** Resolves to true if the viewer's organization has a model with this id. Rejects with PeerError. */
export async function modelExists(serving: PeerClient, viewer: Viewer, id: string): Promise<boolean> {
  // Sent as a part of a mutation, so that an API key that may not write cannot start a run.
  const { model } = await serving.request(viewer, ModelDocument, { id }, { operation: 'mutation' });
  return model !== null;
}

/**
 * Registers the model of a run as a version with its metrics. Repeated calls register it once, because the id of the run is the
 * idempotency key. Rejects with PeerError if serving does not respond, and with JobError if it returns user errors.
 */
export async function registerModel(serving: PeerClient, viewer: Viewer, registration: Registration): Promise<void> {
  const { run, datasetName, inputSchema, outputSchema, metrics } = registration;
  const modelId = run.modelId ?? (await findOrCreateModel(serving, viewer, run, datasetName));
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
  if (!modelVersion) throw registrationError(userErrors);
  await recordMetrics(serving, viewer, modelVersion.id, metrics);
}

/** Returns the id of the model that is named after the dataset and the target. Creates the model if there is none. */
async function findOrCreateModel(serving: PeerClient, viewer: Viewer, run: TrainingRun, datasetName: string): Promise<string> {
  const name = `${datasetName}: ${run.target}`.slice(0, MAX_NAME).trim();
  const find = async () => (await serving.request(viewer, ModelsByNameDocument, { name }, { operation: 'mutation' })).models!.nodes[0]?.id;
  const found = await find();
  if (found) return found;
  const { model, userErrors } = (await serving.request(viewer, ModelCreateDocument, { input: { name, framework: 'onnx' } })).modelCreate!;
  if (model) return model.id;
  // Another run has created it at the same time.
  const createdByOther = userErrors.some(({ code }) => code === 'TAKEN') ? await find() : undefined;
  if (createdByOther) return createdByOther;
  throw registrationError(userErrors);
}

/** Records the metrics of the model: those on the holdout rows as TEST, those of the cross-validation as VALIDATION. */
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
  if (userErrors.length > 0) throw registrationError(userErrors);
}

const registrationError = (errors: readonly UserError[]): JobError =>
  new JobError(
    'REGISTRATION_REFUSED',
    `The model was trained and its file is saved, but it could not be registered: ${errors.map(({ message }) => message).join(' ')}`.slice(
      0,
      1000,
    ),
  );
