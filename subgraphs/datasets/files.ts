import { join } from 'node:path';
import type { FilesConfig } from './config.js';
import { Blobs } from '../shared/blobs/blobs.js';
import { RowReader } from './dataset-rows/row-reader.js';
import { TableCopies } from './table-copy/table-copies.js';
import { FileUrls } from './file-url/file-urls.js';

/** What the stores need of files beside the database: one for a process. */
export interface Files {
  urls: FileUrls;
  blobs: Blobs;
  /** The copies of tables. */
  tables: TableCopies;
  rowReader: RowReader;
  /** Where work puts what it needs for a while; on the same disk. */
  scratchFolder: string;
  maxUploadBytes: number;
}

export function createFiles({ viewerKeys, publicUrl, filesFolder, maxUploadBytes }: FilesConfig): Files {
  const tables = new TableCopies(filesFolder);
  return {
    urls: new FileUrls(viewerKeys, publicUrl),
    blobs: new Blobs(filesFolder),
    tables,
    rowReader: new RowReader(tables.folder),
    scratchFolder: join(filesFolder, 'scratch'),
    maxUploadBytes,
  };
}
