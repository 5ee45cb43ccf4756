import { z } from 'zod';
import { readEnvironment, readParts, url, type Environment } from '../shared/configuration/environment.js';
import { readPeerAddress, type ResolvePeerAddress } from '../shared/peers/peer-address.js';
import { dataFolder, readSubgraphConfig, type SubgraphConfig } from '../shared/server/config.js';
import type { SigningKey } from '../shared/viewer/signature.js';

/** What files rest on, beside the database. */
export interface FilesConfig {
  /** Holds the contents that are too large for the database; all replicas share it. */
  filesFolder: string;
  /** Bytes of the largest file that may be uploaded. */
  maxUploadBytes: number;
  /** Where clients reach the gateway; URLs are paths on its origin where that is not known. */
  publicUrl: string | null;
  /** Signed URLs are signed with a key that is derived from the first, and checked with all. */
  viewerKeys: readonly SigningKey[];
}

/** What this house needs beside its database. */
export interface DatasetsParts extends FilesConfig {
  /** The subgraph that has the models and what they predicted. */
  serving: ResolvePeerAddress;
}

export type DatasetsConfig = SubgraphConfig & DatasetsParts;

const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;

const settings = z.object({
  FILES_FOLDER: z.string().optional(),
  UPLOAD_MAX_BYTES: z.coerce
    .number({ error: 'must be a number of bytes' })
    .int('must be a number of bytes')
    .min(1, 'must be a number of bytes')
    .default(MAX_UPLOAD_BYTES),
  PUBLIC_URL: url('http:', 'https:').optional(),
});

/** The configuration of this subgraph; throws ConfigurationError with every fault at once. */
export function readDatasetsConfig(environment: Environment): DatasetsConfig {
  const { subgraph, files, serving } = readParts({
    subgraph: () => readSubgraphConfig('datasets', environment),
    files: () => readEnvironment(settings, environment),
    serving: () => readPeerAddress('serving', environment),
  });
  return {
    ...subgraph,
    filesFolder: files.FILES_FOLDER ?? `${dataFolder(environment)}/datasets-files`,
    maxUploadBytes: files.UPLOAD_MAX_BYTES,
    publicUrl: files.PUBLIC_URL ?? null,
    serving: () => serving,
  };
}
