import type { Readable } from 'node:stream';
import { refusal, type UserError } from '../../shared/errors/user-error.js';
import { PeerFault } from '../../shared/peers/peer-fault.js';
import type { Peer } from '../../shared/peers/peer.js';
import type { Viewer } from '../../shared/viewer/viewer.js';

/** What a version's bytes are made of: exactly one is given. */
export interface SourceInput {
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
 * Hands the bytes that datasets has for the viewer to `use`. An upload becomes a file there for as long as that takes.
 * Throws Refusal where there is nothing like it, or too much of it, and PeerFault where datasets does not answer.
 */
export async function withSource<Result>(
  datasets: Peer,
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
    const bytes = await datasets.read(file.downloadUrl, { maxBytes });
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

const storedFile = async (datasets: Peer, viewer: Viewer, id: string): Promise<File | null> =>
  (await datasets.ask<{ storedFile: File | null }>(viewer, OF_FILE, { id }, { operation: 'mutation' })).storedFile;

async function fileOfUpload(datasets: Peer, viewer: Viewer, uploadId: string): Promise<File> {
  type Payload = { storedFileCreate: { storedFile: File | null; userErrors: UserError[] } };
  const { storedFile, userErrors } = (await datasets.ask<Payload>(viewer, OF_UPLOAD, { uploadId })).storedFileCreate;
  if (storedFile) return storedFile;
  const { code = 'NOT_FOUND', message = 'You have no upload with this id.' } = userErrors[0] ?? {};
  throw refusal(code, ['input', 'uploadId'], message);
}

/** Datasets may be gone by now. What is left then is a file that its owner sees among their files and can delete. */
async function forget(datasets: Peer, viewer: Viewer, id: string): Promise<void> {
  await datasets.ask(viewer, DELETE, { id }).catch((error: unknown) => {
    if (!(error instanceof PeerFault)) throw error;
  });
}
