import { v7 as uuidv7 } from 'uuid';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { HttpError } from '../../shared/server/http-error.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { URL_LIFETIME_MS } from '../file-url/file-urls.js';
import type { Files } from '../files.js';
import type { FileUpload, PrismaClient } from '../generated/prisma/client.js';
import type { FileUploadCreateInput } from '../generated/graphql.js';
import { MAX_INLINE_BYTES } from '../stored-content/stage-content.js';
import { saveContent, type Content } from '../stored-content/stored-content.store.js';
import { verifiedBytes, checkHeaders, uploadProblems, type UploadHeaders } from './file-upload.rules.js';

export type FileUploadRow = FileUpload;

/** An upload whose bytes have been stored. */
export type StoredUpload = FileUploadRow & { storedSha256: Uint8Array<ArrayBuffer> };

/** The duration of the lease of a request that sends bytes, in ms. The request renews it. */
const LEASE_MS = 60_000;

export class FileUploadStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #files: Files;

  constructor(scope: Scope<PrismaClient>, files: Files) {
    this.#scope = scope;
    this.#files = files;
  }

  async create(input: FileUploadCreateInput): Promise<FileUploadRow | null> {
    refuseIf(uploadProblems(input, this.#files.maxUploadBytes));
    const { filename, contentType, byteSize } = input;
    const { organizationId: orgId } = this.#scope;
    const sha256 = new Uint8Array(Buffer.from(input.sha256, 'hex'));
    const expiresAt = new Date(Date.now() + URL_LIFETIME_MS);
    const id = await this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'fileUploadCreate', input, (id) =>
        transaction.fileUpload.create({ data: { orgId, id, filename, contentType, byteSize, sha256, expiresAt } }),
      ),
    );
    return this.#byId(id);
  }

  urlOf({ orgId, id, expiresAt }: FileUploadRow): string {
    return this.#files.urls.sign('uploads', { orgId, id }, expiresAt);
  }

  /** Returns the upload with the id of `input.uploadId`. Throws Refusal if it does not exist or its bytes have not been sent. */
  async stored(id: string): Promise<StoredUpload> {
    const field = ['input', 'uploadId'];
    const upload = await this.#byId(id);
    if (!upload) throw refusal('NOT_FOUND', field, 'No upload with this id exists in your organization.');
    const { storedSha256 } = upload;
    if (!storedSha256) throw refusal('INVALID', field, 'The upload has no bytes yet. Send them to its URL first.');
    return { ...upload, storedSha256 };
  }

  /**
   * Stores the bytes of an upload, or only verifies them if they are stored already. Throws HttpError, and stores nothing, if they
   * are not the declared bytes, if the connection breaks, or if another request sends them at the same time.
   */
  async receive(id: string, headers: UploadHeaders, source: AsyncIterable<Uint8Array>): Promise<FileUploadRow> {
    const upload = await this.#byId(id);
    if (!upload) throw new HttpError(404, 'This upload does not exist any more. Create a new one with fileUploadCreate.');
    checkHeaders(headers, upload, this.#files.maxUploadBytes);
    const bytes = verifiedBytes(source, upload);
    if (upload.storedSha256) await drain(bytes);
    else await this.#withLease(id, () => this.#store(upload, bytes));
    return upload;
  }

  /** Writes bytes that may not fit into the row to a file first, so that no transaction is open while bytes arrive. */
  async #store({ orgId, id, byteSize, sha256 }: FileUploadRow, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const blob = byteSize > MAX_INLINE_BYTES ? { orgId, blobId: uuidv7() } : null;
    let content: Content;
    if (blob) {
      await this.#files.blobs.write(blob, bytes);
      content = { sha256, blobId: blob.blobId };
    } else content = { sha256, bytes: await collect(bytes) };
    const isKept = await this.#scope.db.$transaction(async (transaction) => {
      const isNew = await saveContent(transaction, orgId, content);
      await transaction.fileUpload.updateMany({ where: { id }, data: { storedSha256: sha256 } });
      return isNew;
    });
    if (blob && !isKept) await this.#files.blobs.remove(blob);
  }

  /** Runs `work` while holding the lease of the upload, which excludes other requests in all processes. Throws HttpError 409 if it is held. */
  async #withLease(id: string, work: () => Promise<void>): Promise<void> {
    const uploads = this.#scope.db.fileUpload;
    const lease = () => ({ receivingUntil: new Date(Date.now() + LEASE_MS) });
    const isFree = { OR: [{ receivingUntil: null }, { receivingUntil: { lt: new Date() } }] };
    const { count } = await uploads.updateMany({ where: { id, storedSha256: null, ...isFree }, data: lease() });
    if (count === 0) throw new HttpError(409, 'Another request is sending the bytes of this upload. Try again in a minute.');
    // If one renewal fails, there is time for two more.
    const renewal = setInterval(() => void uploads.updateMany({ where: { id }, data: lease() }).catch(() => undefined), LEASE_MS / 3);
    try {
      await work();
    } finally {
      clearInterval(renewal);
      await uploads.updateMany({ where: { id }, data: { receivingUntil: null } });
    }
  }

  #byId(id: string): Promise<FileUploadRow | null> {
    return this.#scope.db.fileUpload.findFirst({ where: { id } });
  }
}

async function drain(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of bytes) void chunk;
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}
