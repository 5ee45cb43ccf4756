import type { CompleteResolvers } from '../shared/schema/complete.js';
import * as apiKey from './api-key/api-key.resolvers.js';
import * as dataset from './dataset/dataset.resolvers.js';
import * as deploymentVariant from './deployment-variant/deployment-variant.resolvers.js';
import * as modelAlias from './model-alias/model-alias.resolvers.js';
import * as predictionReplay from './prediction-replay/prediction-replay.resolvers.js';
import * as deployment from './deployment/deployment.resolvers.js';
import * as drift from './drift/drift.resolvers.js';
import type { Resolvers, ResolversParentTypes } from './generated/graphql.js';
import * as modelArtifact from './model-artifact/model-artifact.resolvers.js';
import * as modelMetric from './model-metric/model-metric.resolvers.js';
import * as modelVersion from './model-version/model-version.resolvers.js';
import * as model from './model/model.resolvers.js';
import * as organization from './organization/organization.resolvers.js';
import * as predict from './predict/predict.resolvers.js';
import * as prediction from './prediction/prediction.resolvers.js';
import * as session from './session/session.resolvers.js';
import * as trainingRun from './training-run/training-run.resolvers.js';
import * as usage from './usage/usage.resolvers.js';
import * as user from './user/user.resolvers.js';

export const resolvers: CompleteResolvers<Resolvers, ResolversParentTypes> = {
  Query: {
    ...organization.Query,
    ...user.Query,
    ...apiKey.Query,
    ...model.Query,
    ...modelVersion.Query,
    ...modelMetric.Query,
    ...deployment.Query,
    ...prediction.Query,
    ...predictionReplay.Query,
  },
  Mutation: {
    ...organization.Mutation,
    ...user.Mutation,
    ...apiKey.Mutation,
    ...session.Mutation,
    ...model.Mutation,
    ...modelVersion.Mutation,
    ...modelMetric.Mutation,
    ...deployment.Mutation,
    ...prediction.Mutation,
    ...predict.Mutation,
    ...modelAlias.Mutation,
    ...deploymentVariant.Mutation,
  },
  Organization: organization.Organization,
  User: { ...user.User, ...model.User, ...prediction.User, ...usage.User },
  ApiKey: apiKey.ApiKey,
  Model: { ...model.Model, ...modelAlias.Model },
  ModelVersion: { ...modelVersion.ModelVersion, ...modelAlias.ModelVersion },
  ModelAlias: modelAlias.ModelAlias,
  ModelAliasChange: modelAlias.ModelAliasChange,
  ModelArtifact: modelArtifact.ModelArtifact,
  ModelMetric: modelMetric.ModelMetric,
  Deployment: { ...deployment.Deployment, ...deploymentVariant.Deployment },
  DeploymentVariant: deploymentVariant.DeploymentVariant,
  Prediction: prediction.Prediction,
  DriftReport: drift.DriftReport,
  UsageSeries: usage.UsageSeries,
  UsageBucket: usage.UsageBucket,
  TrainingRun: trainingRun.TrainingRun,
  Dataset: dataset.Dataset,
};
