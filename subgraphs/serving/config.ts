import { createPrivateKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { readEnvironment, readParts, required, type Environment } from '../shared/configuration/environment.js';
import { readPeerAddress, type ResolvePeerAddress } from '../shared/peers/peer-address.js';
import type { InferenceConfig } from './inference/inference.js';
import type { ModelFilesConfig } from './model-artifact/model-files.js';
import { dataFolder, readSubgraphConfig, type SubgraphConfig } from '../shared/server/config.js';

/** What identity rests on, beside the database. */
export interface ServingSecrets {
  /** Goes into the digest of every API key: the database alone does not tell whether a guessed key is one. */
  apiKeyPepper: Buffer;
  /** Signs session tokens: Ed25519. */
  sessionPrivateKey: KeyObject;
}

/** What this house needs beside its database. */
export interface ServingParts extends ServingSecrets, ModelFilesConfig {
  /** The subgraph that has the files that versions are made of. */
  datasets: ResolvePeerAddress;
  inference: InferenceConfig;
}

export type ServingConfig = SubgraphConfig & ServingParts;

const MIN_PEPPER_BYTES = 32;

const apiKeyPepper = z
  .string(required(`at least ${MIN_PEPPER_BYTES} random bytes in base64`))
  .refine((text) => /^[A-Za-z0-9+/]+={0,2}$/.test(text), 'must be base64')
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((pepper) => pepper.length >= MIN_PEPPER_BYTES, `is shorter than ${MIN_PEPPER_BYTES} bytes`);

const sessionPrivateKey = z.string(required('an Ed25519 private key, PKCS8 in PEM')).transform((text, context) => {
  const key = ed25519Key(text.replaceAll('\\n', '\n'));
  if (key) return key;
  context.addIssue('must be an Ed25519 private key, PKCS8 in PEM');
  return z.NEVER;
});

/** Origins such as `https://models.internal:8080`, with commas between. */
function origins(text: string, context: z.RefinementCtx): string[] {
  const list = text
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
  for (const origin of list)
    if (!/^https?:/.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin)
      context.addIssue(`"${origin}" must be an origin such as https://models.internal:8080`);
  return list;
}

function ed25519Key(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    // Node's own words may quote the text, and this text is a secret.
    return null;
  }
}

const MAX_MODEL_BYTES = 50 * 1024 * 1024;

const settings = z.object({
  API_KEY_PEPPER: apiKeyPepper,
  SESSION_PRIVATE_KEY: sessionPrivateKey,
  INFERENCE_WORKERS: z.coerce
    .number({ error: 'must be a number of processes' })
    .int()
    .min(1, 'must be a number of processes')
    .max(64)
    .default(2),
  INFERENCE_TIMEOUT_MS: z.coerce.number({ error: 'must be milliseconds' }).int().min(1, 'must be milliseconds').default(4000),
  INFERENCE_ENDPOINTS_ALLOWED: z.string().default('').transform(origins),
  MODELS_FOLDER: z.string().optional(),
  MODEL_MAX_BYTES: z.coerce
    .number({ error: 'must be a number of bytes' })
    .int('must be a number of bytes')
    .min(1, 'must be a number of bytes')
    .max(2_000_000_000, 'must be a number of bytes, at most 2000000000')
    .default(MAX_MODEL_BYTES),
});

/** The configuration of this subgraph; throws ConfigurationError with every fault at once. */
export function readServingConfig(environment: Environment): ServingConfig {
  const { subgraph, own, datasets } = readParts({
    subgraph: () => readSubgraphConfig('serving', environment),
    own: () => readEnvironment(settings, environment),
    datasets: () => readPeerAddress('datasets', environment),
  });
  return {
    ...subgraph,
    apiKeyPepper: own.API_KEY_PEPPER,
    sessionPrivateKey: own.SESSION_PRIVATE_KEY,
    modelsFolder: own.MODELS_FOLDER ?? `${dataFolder(environment)}/serving-models`,
    maxModelBytes: own.MODEL_MAX_BYTES,
    datasets: () => datasets,
    inference: {
      workers: own.INFERENCE_WORKERS,
      timeoutMs: own.INFERENCE_TIMEOUT_MS,
      endpointsAllowed: own.INFERENCE_ENDPOINTS_ALLOWED,
    },
  };
}
