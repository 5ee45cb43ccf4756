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
import { datasets as house } from '../../subgraphs/datasets/subgraph.js';
import { emptyServing } from './empty-serving.js';
import { noPeer } from './no-peer.js';

const filesFolder = mkdtempSync(join(tmpdir(), 'datasets-files-'));
process.once('exit', () => rmSync(filesFolder, { recursive: true, force: true }));

export const filesConfig: FilesConfig = {
  filesFolder,
  maxUploadBytes: 50 * 1024 * 1024,
  publicUrl: null,
  viewerKeys: [{ id: 'test', secret: randomBytes(32) }],
};

/** The files of `datasets`, for tests that make stores or blobs themselves. */
export const files = createFiles(filesConfig);

/** A dataset's row as profiling leaves it, but for the copy of its table, which is not there: no rows can be read. */
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

/** What stores that tests make themselves send work to: nobody. */
export const noJobs = new Jobs({ executeSql: async () => ({ rows: [] }), logger: pino({ level: 'silent' }) });

/** The house with a folder of its own for files, and beside it a serving that has nothing. */
export const datasets = house({ ...filesConfig, serving: emptyServing });

/** The house while its peer is down. */
export const datasetsAlone = house({ ...filesConfig, serving: noPeer });

/** What its stores are given where a test makes them itself: a peer that is down. */
export const serving = new PeerClient('serving', noPeer);
