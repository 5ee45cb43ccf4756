import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/serving.js';
import type { RunningPeers } from '../../kit/peers.js';
import { upload } from '../datasets/upload.js';
import { mutate, createModel } from './arrange.js';

/** Sends an ONNX file, makes a version of it (of a model of its own where none is named) and answers the version's id. */
export async function runnableVersion(peers: RunningPeers, viewer: Viewer, bytes: Uint8Array, rest: object = {}): Promise<string> {
  const uploadId = await upload(peers.datasets, viewer, bytes, { filename: 'model.onnx', contentType: 'application/octet-stream' });
  const modelId = await createModel(peers.serving, viewer);
  const input = { uploadId, modelId, trainingStrategy: 'CUSTOM', ...rest };
  const { modelVersion, userErrors } = await mutate(peers.serving, viewer, 'modelVersionCreate', input, 'modelVersion { id }');
  expect(userErrors).toEqual([]);
  return modelVersion.id;
}

export const PREDICTION =
  'prediction { id status input output confidence latencyMs errorCode errorMessage requestId modelVersion { id } deployment { id } }';

/** Asks and answers the payload. */
export const predict = (peers: RunningPeers, viewer: Viewer, target: object, inputs: unknown, rest: object = {}) =>
  mutate(peers.serving, viewer, 'predict', { target, inputs, ...rest }, PREDICTION);

export const countPredictions = async (peers: RunningPeers, viewer: Viewer): Promise<number> =>
  (await peers.serving.execute(viewer, graphql('{ predictions { totalCount } }'))).data.predictions.totalCount;
