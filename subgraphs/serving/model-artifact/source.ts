import type { Readable } from 'node:stream';
import { refusal } from '../../shared/errors/user-error.js';
import { PeerError } from '../../shared/peers/peer-error.js';
import type { PeerClient } from '../../shared/peers/peer-client.js';
import type { Viewer } from '../../shared/viewer/viewer.js';
import {
  StoredFileCreateDocument,
  StoredFileDeleteDocument,
  StoredFileDocument,
  type StoredFileQuery,
} from '../generated/datasets-operations.js';

/** What a version's bytes are made of: exactly one is given. */
export interface SourceInput {
  uploadId?: string | null;
  fileId?: string | null;
}

type File = NonNullable<StoredFileQuery['storedFile']>;

/**
 * Hands the bytes that datasets has for the viewer to `use`. An upload becomes a file there for as long as that takes.
 * Throws Refusal where there is nothing like it, or too much of it, and PeerFault where datasets does not answer.
 */
export async function withSource<Result>(
  datasets: PeerClient,
  viewer: Viewer,
  { uploadId, fileId }: SourceInput,
  maxBytes: number,
  use: (bytes: Readable) => Promise<Result>,
): Promise<Result> {
  const field = ['input', fileId != null ? 'fileId' : 'uploadId'];
  const file = fileId != null ? await storedFile(datasets, viewer, fileId) : await fileOfUpload(datasets, viewer, uploadId!);
  const unknown = () => refusal('NOT_FOUND', field, 'You have no file with this id.');
  if (!file) throw unknown();
  try {
    if (file.byteSize > maxBytes) throw refusal('TOO_LONG', field, `A model has at most ${maxBytes} bytes.`);
    const bytes = await datasets.download(file.downloadUrl, { maxBytes });
    if (!bytes) throw unknown();
    try {
      return await use(bytes);
    } finally {
      bytes.destroy();
    }
  } finally {
    if (fileId == null) await forget(datasets, viewer, file.id);
  }
}

const storedFile = async (datasets: PeerClient, viewer: Viewer, id: string): Promise<File | null> =>
  (await datasets.request(viewer, StoredFileDocument, { id }, { operation: 'mutation' })).storedFile;

async function fileOfUpload(datasets: PeerClient, viewer: Viewer, uploadId: string): Promise<File> {
  const { storedFile, userErrors } = (await datasets.request(viewer, StoredFileCreateDocument, { uploadId })).storedFileCreate!;
  if (storedFile) return storedFile;
  const { code = 'NOT_FOUND', message = 'You have no upload with this id.' } = userErrors[0] ?? {};
  throw refusal(code, ['input', 'uploadId'], message);
}

/** Datasets may be gone by now. What is left then is a file that its owner sees among their files and can delete. */
async function forget(datasets: PeerClient, viewer: Viewer, id: string): Promise<void> {
  await datasets.request(viewer, StoredFileDeleteDocument, { id }).catch((error: unknown) => {
    if (!(error instanceof PeerError)) throw error;
  });
}
