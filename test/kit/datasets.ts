import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import type { FilesConfig } from '../../subgraphs/datasets/config.js';
import { createFiles } from '../../subgraphs/datasets/files.js';
import { Jobs } from '../../subgraphs/shared/jobs/jobs.js';
import { PeerClient } from '../../subgraphs/shared/peers/peer-client.js';
import { datasets as createDatasetsSubgraph } from '../../subgraphs/datasets/subgraph.js';
import { emptyServing } from './empty-serving.js';
import { unavailablePeer } from './unavailable-peer.js';

const filesFolder = mkdtempSync(join(tmpdir(), 'datasets-files-'));
process.once('exit', () => rmSync(filesFolder, { recursive: true, force: true }));

export const filesConfig: FilesConfig = {
  filesFolder,
  maxUploadBytes: 50 * 1024 * 1024,
  publicUrl: null,
  viewerKeys: [{ id: 'test', secret: randomBytes(32) }],
};

/** The files of the datasets subgraph, for tests that create stores or blobs themselves. */
export const files = createFiles(filesConfig);

/** Returns the row of a profiled dataset. It has no copy of its table, so that its rows cannot be read. */
export const readyDataset = (rest: { orgId: string; fileId: string }) => ({
  id: uuidv7(),
  name: 'd',
  source: 'UPLOAD' as const,
  status: 'READY' as const,
  progress: 1,
  rowCount: 0,
  columns: [] as object[],
  preview: [],
  profile: [],
  tableId: uuidv7(),
  ...rest,
});

/** A job queue without workers, for stores that tests create themselves. */
export const noJobs = new Jobs({ executeSql: async () => ({ rows: [] }), logger: pino({ level: 'silent' }) });

/** The datasets subgraph with its own files folder and an empty serving subgraph. */
export const datasets = createDatasetsSubgraph({ ...filesConfig, serving: emptyServing });

/** The datasets subgraph while serving is down. */
export const datasetsWithoutServing = createDatasetsSubgraph({ ...filesConfig, serving: unavailablePeer });

/** A client of a serving subgraph that is down, for stores that tests create themselves. */
export const serving = new PeerClient('serving', unavailablePeer);
