import { z } from 'zod';
import { integer, readEnvironment, readParts, url, type Environment } from '../shared/configuration/environment.js';
import { readPeerAddress, type ResolvePeerAddress } from '../shared/peers/peer-address.js';
import { dataFolder, readSubgraphConfig, type SubgraphConfig } from '../shared/server/config.js';
import type { SigningKey } from '../shared/viewer/signature.js';

/** The configuration of stored files and signed URLs. */
export interface FilesConfig {
  /** The folder of contents that are too large for the database. All replicas share it. */
  filesFolder: string;
  /** The maximum size of an upload, in bytes. */
  maxUploadBytes: number;
  /** The URL of the gateway for clients. If it is null, signed URLs are paths on the gateway's origin. */
  publicUrl: string | null;
  /** The keys that signed URLs are signed with: a key derived from the first signs, and those of all verify. */
  viewerKeys: readonly SigningKey[];
}

/** The parts of the configuration that do not concern the server and the database. */
export interface DatasetsParts extends FilesConfig {
  /** The address of the serving subgraph, which has the models and their predictions. */
  serving: ResolvePeerAddress;
}

export type DatasetsConfig = SubgraphConfig & DatasetsParts;

const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;

const settings = z.object({
  FILES_FOLDER: z.string().optional(),
  UPLOAD_MAX_BYTES: integer({ min: 1, unit: 'bytes' }).default(MAX_UPLOAD_BYTES),
  PUBLIC_URL: url('http:', 'https:').optional(),
});

/** Reads the configuration of this subgraph. Throws one ConfigurationError with all errors. */
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
