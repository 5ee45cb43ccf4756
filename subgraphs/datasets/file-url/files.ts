import type { FilesConfig } from '../config.js';
import { Blobs } from '../../shared/blobs/blobs.js';
import { FileUrls } from './file-urls.js';

/** What the stores need of files beside the database: one for a process. */
export interface Files {
  urls: FileUrls;
  blobs: Blobs;
  maxUploadBytes: number;
}

export const filesOf = ({ viewerKeys, publicUrl, filesFolder, maxUploadBytes }: FilesConfig): Files => ({
  urls: new FileUrls(viewerKeys, publicUrl),
  blobs: new Blobs(filesFolder),
  maxUploadBytes,
});
