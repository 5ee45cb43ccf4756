import type { Readable } from 'node:stream';
import { refusal, type UserError } from '../../shared/errors/user-error.js';
import { PeerFault } from '../../shared/peers/peer-fault.js';
import type { Peer } from '../../shared/peers/peer.js';
import type { Viewer } from '../../shared/viewer/viewer.js';

/** The source of a model file. Exactly one id is given. */
export interface FileSource {
  uploadId?: string | null;
  fileId?: string | null;
}

interface File {
  id: string;
  byteSize: number;
  downloadUrl: string;
}

const OF_UPLOAD = `mutation ($uploadId: ID!) {
  storedFileCreate(input: { uploadId: $uploadId }) { storedFile { id byteSize downloadUrl } userErrors { code field message } }
}`;
const OF_FILE = 'query ($id: ID!) { storedFile(id: $id) { id byteSize downloadUrl } }';
const DELETE = 'mutation ($id: ID!) { storedFileDelete(input: { id: $id }) { userErrors { code } } }';

/**
 * Fetches a file from the datasets subgraph as the viewer and passes its bytes to `use`. An upload is turned into a stored file, which is
 * deleted afterwards. Throws Refusal if the file does not exist or is too large, and PeerFault if the datasets subgraph is unavailable.
 */
export async function withSourceFile<Result>(
  datasets: Peer,
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
    const bytes = await datasets.read(file.downloadUrl, { maxBytes });
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

const findStoredFile = async (datasets: Peer, viewer: Viewer, id: string): Promise<File | null> =>
  (await datasets.ask<{ storedFile: File | null }>(viewer, OF_FILE, { id }, { operation: 'mutation' })).storedFile;

async function createFileFromUpload(datasets: Peer, viewer: Viewer, uploadId: string): Promise<File> {
  type Payload = { storedFileCreate: { storedFile: File | null; userErrors: UserError[] } };
  const { storedFile, userErrors } = (await datasets.ask<Payload>(viewer, OF_UPLOAD, { uploadId })).storedFileCreate;
  if (storedFile) return storedFile;
  const { code = 'NOT_FOUND', message = 'No upload with this id exists in your organization.' } = userErrors[0] ?? {};
  throw refusal(code, ['input', 'uploadId'], message);
}

/** Deletes the stored file of an upload. If the datasets subgraph is unavailable, the file remains; its owner can see and delete it. */
async function deleteTemporaryFile(datasets: Peer, viewer: Viewer, id: string): Promise<void> {
  await datasets.ask(viewer, DELETE, { id }).catch((error: unknown) => {
    if (!(error instanceof PeerFault)) throw error;
  });
}
