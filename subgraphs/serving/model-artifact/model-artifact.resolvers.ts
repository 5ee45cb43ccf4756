import type { Complete } from '../../shared/schema/complete.js';
import type { ModelArtifactResolvers } from '../generated/graphql.js';
import type { ModelArtifactRow } from './model-artifact.store.js';

export const ModelArtifact: Complete<ModelArtifactResolvers, ModelArtifactRow> = {
  inputs: ({ signature }) => signature.inputs,
  outputs: ({ signature }) => signature.outputs,
  classes: ({ signature }) => signature.classes,
};
