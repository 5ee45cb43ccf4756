import type { PeerClient } from '../shared/peers/peer-client.js';
import { Scope } from '../shared/tenancy/scope.js';
import type { Viewer } from '../shared/viewer/viewer.js';
import { DeploymentVariantStore } from './deployment-variant/deployment-variant.store.js';
import { ModelAliasStore } from './model-alias/model-alias.store.js';
import { PredictionReplayStore } from './prediction-replay/prediction-replay.store.js';
import { ApiKeyStore } from './api-key/api-key.store.js';
import { DeploymentStore } from './deployment/deployment.store.js';
import { DriftStore } from './drift/drift.store.js';
import { TrainingDataPeer } from './drift/training-data.peer.js';
import { Prisma, type PrismaClient } from './generated/prisma/client.js';
import { RateLimitStore } from '../shared/rate-limits/rate-limits.unscoped.store.js';
import { CredentialAttempts } from './identity/credential-attempts.js';
import type { CredentialLimits } from './identity/credential-limits.js';
import { CredentialStore } from './identity/credential.unscoped.store.js';
import type { Identity } from './identity/identity.js';
import type { Inference } from './inference/inference.js';
import { PredictStore } from './predict/predict.store.js';
import { ModelRunner } from './predict/model-runner.js';
import { TargetStore, type TargetCache } from './predict/target.store.js';
import type { ModelFiles } from './model-artifact/model-files.js';
import { ModelArtifactStore } from './model-artifact/model-artifact.store.js';
import { ModelMetricStore } from './model-metric/model-metric.store.js';
import { ModelVersionStore } from './model-version/model-version.store.js';
import { ModelStore } from './model/model.store.js';
import { OrganizationStore } from './organization/organization.store.js';
import { PredictionStore } from './prediction/prediction.store.js';
import { SessionStore } from './session/session.store.js';
import { UsageStore } from './usage/usage.store.js';
import { UserStore } from './user/user.store.js';

/** The stores of one request. Their loaders cache only what this request has read. */
export interface ServingContext {
  organizations: OrganizationStore;
  users: UserStore;
  apiKeys: ApiKeyStore;
  sessions: SessionStore;
  models: ModelStore;
  modelVersions: ModelVersionStore;
  modelMetrics: ModelMetricStore;
  deployments: DeploymentStore;
  predictions: PredictionStore;
  modelArtifacts: ModelArtifactStore;
  predict: PredictStore;
  modelAliases: ModelAliasStore;
  deploymentVariants: DeploymentVariantStore;
  predictionReplays: PredictionReplayStore;
  usage: UsageStore;
  drift: DriftStore;
}

/** The state that the stores of all requests share. Each process has one. */
export interface ServingProcess {
  identity: Identity;
  /** The HMAC key of the keys of rate limits. */
  rateLimitSecret: Buffer;
  credentialLimits: CredentialLimits;
  /** The datasets subgraph, which stores uploaded model files and training data. */
  datasets: PeerClient;
  files: ModelFiles;
  inference: Inference;
  targetCache: TargetCache;
}

export function createContext(
  client: PrismaClient,
  viewer: Viewer | null,
  process: ServingProcess,
  address: string | null,
): ServingContext {
  const { identity, rateLimitSecret, credentialLimits, datasets, files, inference, targetCache } = process;
  const scope = new Scope(client, Prisma, viewer);
  const attempts = new CredentialAttempts(new RateLimitStore(client, rateLimitSecret), credentialLimits, address);
  const users = new UserStore(scope, attempts);
  const organizations = new OrganizationStore(scope, users);
  const apiKeys = new ApiKeyStore(scope, users, identity.apiKeys, attempts);
  const sessions = new SessionStore(new CredentialStore(client), identity, attempts, (signedIn) =>
    createContext(client, signedIn, process, address),
  );
  const models = new ModelStore(scope);
  const modelArtifacts = new ModelArtifactStore(scope, files, datasets);
  const modelVersions = new ModelVersionStore(scope, models, modelArtifacts);
  const modelMetrics = new ModelMetricStore(scope, modelVersions);
  const deployments = new DeploymentStore(scope, modelVersions);
  const predictions = new PredictionStore(scope, modelVersions, deployments);
  const targets = new TargetStore(scope, modelVersions, deployments, targetCache);
  const runner = new ModelRunner(models, modelArtifacts, inference);
  const predict = new PredictStore(scope, { targets, runner, predictions });
  const modelAliases = new ModelAliasStore(scope, models, modelVersions);
  const deploymentVariants = new DeploymentVariantStore(scope, deployments, modelVersions);
  const predictionReplays = new PredictionReplayStore({ versions: modelVersions, targets, runner, predictions });
  const usage = new UsageStore(scope);
  const drift = new DriftStore(scope, new TrainingDataPeer(scope, datasets));
  return {
    organizations,
    users,
    apiKeys,
    sessions,
    models,
    modelVersions,
    modelArtifacts,
    modelMetrics,
    deployments,
    predictions,
    predict,
    modelAliases,
    deploymentVariants,
    predictionReplays,
    usage,
    drift,
  };
}
