import type { Readable } from 'node:stream';
import { withoutDeadline } from '../../shared/deadline/current-deadline.js';
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

/** The source of a model file. Exactly one id is given. */
export interface FileSource {
  uploadId?: string | null;
  fileId?: string | null;
}

type File = NonNullable<StoredFileQuery['storedFile']>;

/**
 * Fetches a file from the datasets subgraph as the viewer and passes its bytes to `use`. An upload is turned into a stored file, which is
 * deleted afterwards. Throws Refusal if the file does not exist or is too large, and PeerError if the datasets subgraph is unavailable.
 */
export async function withSourceFile<Result>(
  datasets: PeerClient,
  viewer: Viewer,
  { uploadId, fileId }: FileSource,
  maxBytes: number,
  use: (bytes: Readable) => Promise<Result>,
): Promise<Result> {
  const field = ['input', fileId != null ? 'fileId' : 'uploadId'];
  const file = fileId != null ? await findStoredFile(datasets, viewer, fileId) : await createFileFromUpload(datasets, viewer, uploadId!);
  const notFound = () => refusal('NOT_FOUND', field, 'No stored file with this id exists in your organization.');
  if (!file) throw notFound();
  try {
    if (file.byteSize > maxBytes)
      throw refusal('TOO_LONG', field, `A model file must have at most ${maxBytes} bytes; got ${file.byteSize}.`);
    const bytes = await datasets.download(file.downloadUrl, { maxBytes });
    if (!bytes) throw notFound();
    try {
      return await use(bytes);
    } finally {
      bytes.destroy();
    }
  } finally {
    if (fileId == null) await deleteTemporaryFile(datasets, viewer, file.id);
  }
}

const findStoredFile = async (datasets: PeerClient, viewer: Viewer, id: string): Promise<File | null> =>
  (await datasets.request(viewer, StoredFileDocument, { id }, { operation: 'mutation' })).storedFile;

async function createFileFromUpload(datasets: PeerClient, viewer: Viewer, uploadId: string): Promise<File> {
  const { storedFile, userErrors } = (await datasets.request(viewer, StoredFileCreateDocument, { uploadId })).storedFileCreate!;
  if (storedFile) return storedFile;
  const { code = 'NOT_FOUND', message = 'No upload with this id exists in your organization.' } = userErrors[0] ?? {};
  throw refusal(code, ['input', 'uploadId'], message);
}

/** Deletes the stored file of an upload, also after the request has ended. If the datasets subgraph is unavailable, the file remains; its owner can see and delete it. */
async function deleteTemporaryFile(datasets: PeerClient, viewer: Viewer, id: string): Promise<void> {
  await withoutDeadline(() => datasets.request(viewer, StoredFileDeleteDocument, { id })).catch((error: unknown) => {
    if (!(error instanceof PeerError)) throw error;
  });
}
