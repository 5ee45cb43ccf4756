import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import type { PrismaClient } from '../../../subgraphs/datasets/generated/prisma/client.js';
import { createFiles } from '../../../subgraphs/datasets/files.js';
import { sweep, sweepTask } from '../../../subgraphs/datasets/stored-content/sweep.unscoped.store.js';
import { startPeriodicTask } from '../../../subgraphs/shared/jobs/periodic-task.js';
import { datasets as createDatasetsSubgraph } from '../../../subgraphs/datasets/subgraph.js';
import { filesConfig } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { emptyServing } from '../../kit/empty-serving.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { profileDataset } from './arrange.js';
import { announce, download, upload } from './upload.js';

const filesFolder = mkdtempSync(join(tmpdir(), 'swept-files-'));
const files = createFiles({ ...filesConfig, filesFolder });
let subgraph: RunningSubgraph<PrismaClient>;
beforeAll(async () => void (subgraph = await runSubgraph(createDatasetsSubgraph({ ...filesConfig, filesFolder, serving: emptyServing }))));
afterAll(async () => {
  await subgraph.close();
  rmSync(filesFolder, { recursive: true });
});

const HOUR = 60 * 60 * 1000;
const large = () => randomBytes(1024 * 1024 + 1);
const blobFiles = (): string[] =>
  readdirSync(filesFolder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(filesFolder, path))
    .filter((path) => statSync(path).isFile());

/** A sweep as if this much time had passed. */
const sweepAfter = (milliseconds: number) => sweep(subgraph.client, files, Date.now() + milliseconds);

describe('the sweep', () => {
  it('removes old leftover files, and keeps recent ones', async () => {
    const viewer = aMember();
    const halfWritten = () => {
      const blobId = uuidv7();
      const folder = join(filesFolder, viewer.organizationId, blobId.slice(-2));
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${blobId}.gz`), 'half of a fi');
      return join(folder, `${blobId}.gz`);
    };
    const [old] = [halfWritten(), halfWritten()];
    utimesSync(old, new Date(), new Date(Date.now() - 2 * HOUR));
    expect(await sweepAfter(0)).toEqual({ uploads: 0, contents: 0, blobs: 1, tables: 0 });
    expect(blobFiles()).toHaveLength(1);
    expect(await sweepAfter(2 * HOUR)).toEqual({ uploads: 0, contents: 0, blobs: 1, tables: 0 });
    expect(blobFiles()).toEqual([]);
  });

  it('deletes unused uploads, and keeps the bytes of files', async () => {
    const viewer = aMember();
    const kept = large();
    const uploadId = await upload(subgraph, viewer, kept);
    await upload(subgraph, viewer, large());
    await upload(subgraph, viewer, 'small');
    await announce(subgraph, viewer, 'never sent');
    const create = graphql(`
      mutation ($input: StoredFileCreateInput!) {
        storedFileCreate(input: $input) {
          storedFile {
            id
            downloadUrl
          }
        }
      }
    `);
    const { data } = await subgraph.execute(viewer, create, { input: { uploadId } });
    expect(await sweepAfter(23 * HOUR)).toEqual({ uploads: 0, contents: 0, blobs: 0, tables: 0 });
    expect(await sweepAfter(25 * HOUR)).toEqual({ uploads: 4, contents: 2, blobs: 1, tables: 0 });
    const { downloadUrl, id } = data.storedFileCreate.storedFile;
    expect(Buffer.from(await (await download(subgraph, downloadUrl)).arrayBuffer()).equals(kept)).toBe(true);
    await subgraph.execute(viewer, graphql('mutation ($id: ID!) { storedFileDelete(input: { id: $id }) { deletedId } }'), { id });
    expect(await subgraph.client.storedContent.count()).toBe(0);
    expect(await sweepAfter(2 * HOUR)).toEqual({ uploads: 0, contents: 0, blobs: 1, tables: 0 });
    expect(blobFiles()).toEqual([]);
  });

  it('removes unreferenced table copies, and scratch files of dead workers', async () => {
    const viewer = aMember();
    const id = await profileDataset(subgraph, viewer, { name: 'd' });
    const scratch = join(files.scratchFolder, 'work-of-the-dead');
    mkdirSync(scratch);
    writeFileSync(join(scratch, 'input'), 'half of a fi');
    utimesSync(scratch, new Date(), new Date(Date.now() - 2 * HOUR));
    expect(await sweepAfter(2 * HOUR)).toMatchObject({ tables: 0 });
    expect(readdirSync(files.scratchFolder)).toEqual([]);
    expect(blobFiles()).toEqual([expect.stringMatching(/\.parquet$/)]);
    await subgraph.execute(viewer, graphql('mutation ($id: ID!) { datasetDelete(input: { id: $id }) { deleted { id } } }'), { id });
    expect(await sweepAfter(0)).toMatchObject({ tables: 0 });
    expect(await sweepAfter(2 * HOUR)).toMatchObject({ tables: 1 });
    expect(blobFiles()).toEqual([]);
    await subgraph.client.storedFile.deleteMany();
    await subgraph.client.storedContent.deleteMany();
  });

  it('removes each row once if two replicas sweep concurrently', async () => {
    await upload(subgraph, aMember(), large());
    const swept = await Promise.all([sweepAfter(25 * HOUR), sweepAfter(25 * HOUR), sweepAfter(25 * HOUR)]);
    expect(swept.reduce((sum, one) => sum + (one?.uploads ?? 0), 0)).toBe(1);
    expect([await subgraph.client.fileUpload.count(), await subgraph.client.storedContent.count()]).toEqual([0, 0]);
    await sweepAfter(25 * HOUR);
    expect(blobFiles()).toEqual([]);
  });

  it('runs at the start of the process, and ends when it closes', async () => {
    await upload(subgraph, aMember(), 'old');
    await subgraph.client.fileUpload.updateMany({ data: { expiresAt: new Date(Date.now() - 25 * HOUR) } });
    await startPeriodicTask(sweepTask(subgraph.client, files), pino({ level: 'silent' })).close();
    expect(await subgraph.client.fileUpload.count()).toBe(0);
  });
});
