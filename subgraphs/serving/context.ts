import type { Peer } from '../shared/peers/peer.js';
import { Scope } from '../shared/tenancy/scope.js';
import type { Viewer } from '../shared/viewer/viewer.js';
import { ApiKeyStore } from './api-key/api-key.store.js';
import { DeploymentStore } from './deployment/deployment.store.js';
import { DriftStore } from './drift/drift.store.js';
import { TrainingDataPeer } from './drift/training-data.peer.js';
import { Prisma, type PrismaClient } from './generated/prisma/client.js';
import { CredentialStore } from './identity/credential.store.js';
import type { Identity } from './identity/identity.js';
import { ModelMetricStore } from './model-metric/model-metric.store.js';
import { ModelVersionStore } from './model-version/model-version.store.js';
import { ModelStore } from './model/model.store.js';
import { OrganizationStore } from './organization/organization.store.js';
import { PredictionStore } from './prediction/prediction.store.js';
import { SessionStore } from './session/session.store.js';
import { UsageStore } from './usage/usage.store.js';
import { UserStore } from './user/user.store.js';

/** The stores of one request; their loaders remember what this request has read and no more. */
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
  usage: UsageStore;
  drift: DriftStore;
  /** The subgraph that has the files that versions are made of. */
  datasets: Peer;
}

export function createContext(client: PrismaClient, viewer: Viewer | null, identity: Identity, datasets: Peer): ServingContext {
  const scope = new Scope(client, Prisma, viewer);
  const users = new UserStore(scope);
  const organizations = new OrganizationStore(scope, users);
  const apiKeys = new ApiKeyStore(scope, users, identity.apiKeys);
  const sessions = new SessionStore(new CredentialStore(client), identity.sessions, (signedIn) =>
    createContext(client, signedIn, identity, datasets),
  );
  const models = new ModelStore(scope);
  const modelVersions = new ModelVersionStore(scope, models);
  const modelMetrics = new ModelMetricStore(scope, modelVersions);
  const deployments = new DeploymentStore(scope, modelVersions);
  const predictions = new PredictionStore(scope, modelVersions, deployments);
  const usage = new UsageStore(scope);
  const drift = new DriftStore(scope, new TrainingDataPeer(scope, datasets));
  return { organizations, users, apiKeys, sessions, models, modelVersions, modelMetrics, deployments, predictions, usage, drift, datasets };
}
