import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServingParts } from '../../subgraphs/serving/config.js';
import type { IdentitySecrets } from '../../subgraphs/serving/identity/identity.js';
import { unavailablePeer } from './unavailable-peer.js';

/** The secrets of the serving subgraph in tests. */
export const servingSecrets: IdentitySecrets = {
  apiKeyPepper: randomBytes(32),
  sessionPrivateKey: generateKeyPairSync('ed25519').privateKey,
};

const modelsFolder = mkdtempSync(join(tmpdir(), 'serving-models-'));
process.once('exit', () => rmSync(modelsFolder, { recursive: true, force: true }));

/** The dependencies of the serving subgraph in tests: its own models folder, and a datasets subgraph that is down. */
export const servingParts: ServingParts = {
  ...servingSecrets,
  datasets: unavailablePeer,
  modelsFolder,
  maxModelBytes: 5_000_000,
  inference: { workers: 1, timeoutMs: 3000, endpointsAllowed: [] },
};
