import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FilesConfig } from '../../subgraphs/datasets/config.js';
import { filesOf } from '../../subgraphs/datasets/file-url/files.js';
import { Peer } from '../../subgraphs/shared/peers/peer.js';
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
export const files = filesOf(filesConfig);

/** The house with a folder of its own for files, and beside it a serving that has nothing. */
export const datasets = house({ ...filesConfig, serving: emptyServing });

/** The house while its peer is down. */
export const datasetsAlone = house({ ...filesConfig, serving: noPeer });

/** What its stores are given where a test makes them itself: a peer that is down. */
export const serving = new Peer('serving', noPeer);
