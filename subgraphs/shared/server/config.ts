import { z } from 'zod';
import { withDevelopmentSecrets } from '../configuration/development-secrets.js';
import { integer, logLevel, port, readEnvironment, url, type Environment } from '../configuration/environment.js';
import { databaseUrlVariable, REGISTRY, viewerKeysVariable, type SubgraphName } from '../configuration/registry.js';
import { signingKeys } from '../configuration/signing-keys.js';
import { MAX_RESPONSE_BYTES } from './max-response-bytes.js';
import type { SigningKey } from '../viewer/signature.js';

/** The location of a subgraph's database: the URL of a PostgreSQL server, or the folder of an embedded PGlite. */
export type DatabaseLocation = { url: string } | { folder: string };

export interface SubgraphConfig {
  host: string;
  port: number;
  logLevel: z.infer<typeof logLevel>;
  database: DatabaseLocation;
  /** The keys with which the gateway's signatures are verified. */
  viewerKeys: readonly SigningKey[];
  /** The key with which a client reads the SDL without a signature; undefined if no client may. */
  publisherKey?: string;
  /** The largest response in bytes. The gateway accepts no larger one, so both read the same variable. */
  maxResponseBytes: number;
}

/** Returns the environment of this process, completed with development secrets outside production. */
export const processEnvironment = (): Environment => withDevelopmentSecrets(process.env, dataFolder(process.env));

export const dataFolder = (environment: Environment): string => environment.DATA_FOLDER || '.data';

/** Reads the configuration of a subgraph. Throws ConfigurationError with all problems at once. */
export function readSubgraphConfig(name: SubgraphName, environment: Environment): SubgraphConfig {
  const databaseUrl = databaseUrlVariable(name);
  const viewerKeys = viewerKeysVariable(name);
  const settings = readEnvironment(
    z.object({
      HOST: z.string().default('127.0.0.1'),
      PORT: port.default(REGISTRY[name].port),
      LOG_LEVEL: logLevel.default('info'),
      [databaseUrl]: url('postgresql:', 'postgres:').optional(),
      [viewerKeys]: signingKeys,
      SCHEMA_PUBLISHER_KEY: z.string().min(16, 'must have at least 16 characters').optional(),
      GATEWAY_MAX_RESPONSE_BYTES: integer({ min: 1, unit: 'bytes of a response' }).default(MAX_RESPONSE_BYTES),
    }),
    environment,
  ) as Record<string, never> & {
    HOST: string;
    PORT: number;
    LOG_LEVEL: SubgraphConfig['logLevel'];
    GATEWAY_MAX_RESPONSE_BYTES: number;
    SCHEMA_PUBLISHER_KEY?: string;
  };
  return {
    host: settings.HOST,
    port: settings.PORT,
    logLevel: settings.LOG_LEVEL,
    database: settings[databaseUrl] ? { url: settings[databaseUrl] } : { folder: `${dataFolder(environment)}/${REGISTRY[name].database}` },
    viewerKeys: settings[viewerKeys] as unknown as SigningKey[],
    publisherKey: settings.SCHEMA_PUBLISHER_KEY,
    maxResponseBytes: settings.GATEWAY_MAX_RESPONSE_BYTES,
  };
}
