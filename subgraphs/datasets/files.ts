import { join } from 'node:path';
import type { FilesConfig } from './config.js';
import { Blobs } from '../shared/blobs/blobs.js';
import { RowReader } from './table-copy/row-reader.js';
import { TableCopies } from './table-copy/table-copies.js';
import { FileUrls } from './file-url/file-urls.js';

/** The files beside the database that stores use. A process has one such object. */
export interface Files {
  urls: FileUrls;
  blobs: Blobs;
  /** The copies of tables. */
  tables: TableCopies;
  rowReader: RowReader;
  /** The folder for temporary files of jobs, on the same disk as the others. */
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
