import { startStubPeer } from './stub-peer.js';

const none = { totalCount: 0, nodes: [] };

/** A serving subgraph without any data, for tests of datasets that are not about serving. */
export const emptyServing = await startStubPeer(({ representations }) => ({
  ...{ prediction: null, modelVersion: null, modelVersions: none, aliased: none, deployments: none },
  _entities: representations.map(() => null),
}));
