import { createPrivateKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { integer, readEnvironment, readParts, required, type Environment } from '../shared/configuration/environment.js';
import { readPeerAddress, type ResolvePeerAddress } from '../shared/peers/peer-address.js';
import { CREDENTIAL_LIMIT_VARIABLES, credentialLimits, type CredentialLimits } from './identity/credential-limits.js';
import type { IdentitySecrets } from './identity/identity.js';
import type { InferenceConfig } from './inference/inference.js';
import type { ModelFilesConfig } from './model-artifact/model-files.js';
import { dataFolder, readSubgraphConfig, type SubgraphConfig } from '../shared/server/config.js';

/** The settings of this subgraph beside its server and database. */
export interface ServingParts extends IdentitySecrets, ModelFilesConfig {
  /** The address of the datasets subgraph, which stores uploaded model files and training data. */
  datasets: ResolvePeerAddress;
  inference: InferenceConfig;
  /** The limits of attempts to use or issue credentials. Default: those of `credential-limits.ts`. */
  credentialLimits?: CredentialLimits;
}

export type ServingConfig = SubgraphConfig & ServingParts;

const MIN_PEPPER_BYTES = 32;

const apiKeyPepper = z
  .string(required(`at least ${MIN_PEPPER_BYTES} random bytes in base64`))
  .refine((text) => /^[A-Za-z0-9+/]+={0,2}$/.test(text), 'must be base64')
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((pepper) => pepper.length >= MIN_PEPPER_BYTES, {
    error: ({ input }) => `must have at least ${MIN_PEPPER_BYTES} bytes; got ${(input as Buffer).length}`,
  });

const sessionPrivateKey = z.string(required('an Ed25519 private key, PKCS8 in PEM')).transform((text, context) => {
  const key = ed25519Key(text.replaceAll('\\n', '\n'));
  if (key) return key;
  context.addIssue('must be an Ed25519 private key, PKCS8 in PEM');
  return z.NEVER;
});

/** Parses a comma-separated list of origins such as `https://models.internal:8080`. */
function origins(text: string, context: z.RefinementCtx): string[] {
  const list = text
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
  for (const origin of list)
    if (!/^https?:/.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin)
      context.addIssue(`"${origin}" must be an origin (scheme, host and port) such as https://models.internal:8080`);
  return list;
}

function ed25519Key(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    // Node's error message may quote the key, which is a secret.
    return null;
  }
}

const DEFAULT_MAX_MODEL_BYTES = 50 * 1024 * 1024;

const settingsSchema = z.object({
  API_KEY_PEPPER: apiKeyPepper,
  SESSION_PRIVATE_KEY: sessionPrivateKey,
  INFERENCE_WORKERS: integer({ min: 1, max: 64, unit: 'processes' }).default(2),
  INFERENCE_TIMEOUT_MS: integer({ min: 1, unit: 'ms' }).default(4000),
  INFERENCE_ENDPOINTS_ALLOWED: z.string().default('').transform(origins),
  MODELS_FOLDER: z.string().optional(),
  MODEL_MAX_BYTES: integer({ min: 1, max: 2_000_000_000, unit: 'bytes' }).default(DEFAULT_MAX_MODEL_BYTES),
});

const limitsSchema = z.object(
  Object.fromEntries(
    CREDENTIAL_LIMIT_VARIABLES.map(([variable, byDefault]) => [variable, integer({ min: 1, unit: 'attempts' }).default(byDefault)]),
  ),
);

/** Reads the configuration of this subgraph. Throws one ConfigurationError that lists all faults. */
export function readServingConfig(environment: Environment): ServingConfig {
  const { subgraph, settings, limits, datasets } = readParts({
    subgraph: () => readSubgraphConfig('serving', environment),
    settings: () => readEnvironment(settingsSchema, environment),
    limits: () => readEnvironment(limitsSchema, environment),
    datasets: () => readPeerAddress('datasets', environment),
  });
  return {
    ...subgraph,
    apiKeyPepper: settings.API_KEY_PEPPER,
    sessionPrivateKey: settings.SESSION_PRIVATE_KEY,
    modelsFolder: settings.MODELS_FOLDER ?? `${dataFolder(environment)}/serving-models`,
    maxModelBytes: settings.MODEL_MAX_BYTES,
    datasets: () => datasets,
    credentialLimits: credentialLimits((variable) => limits[variable] as number),
    inference: {
      workers: settings.INFERENCE_WORKERS,
      timeoutMs: settings.INFERENCE_TIMEOUT_MS,
      endpointsAllowed: settings.INFERENCE_ENDPOINTS_ALLOWED,
    },
  };
}
