import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { ServingSecrets } from '../../subgraphs/serving/config.js';

/** What identity rests on in tests. */
export const servingSecrets: ServingSecrets = {
  apiKeyPepper: randomBytes(32),
  sessionPrivateKey: generateKeyPairSync('ed25519').privateKey,
};
