import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import DataLoader from 'dataloader';
import { v7 as uuidv7 } from 'uuid';
import { refusal } from '../../shared/errors/user-error.js';
import type { TaskProcess } from '../../shared/jobs/child/child-process-pool.js';
import { JobError } from '../../shared/jobs/job.js';
import type { PeerClient } from '../../shared/peers/peer-client.js';
import type { Scope, ScopedClient } from '../../shared/tenancy/scope.js';
import type { ModelArtifact, PrismaClient } from '../generated/prisma/client.js';
import type { CheckTask } from '../inference/onnx/check.child.js';
import { unsupportedFormatProblem, HEAD_BYTES } from '../inference/onnx/file-format.js';
import type { Signature } from '../inference/signature.js';
import type { ModelFiles } from './model-files.js';
import { withSourceFile, type FileSource } from './source-file.js';

export type ModelArtifactRow = Omit<ModelArtifact, 'signature'> & { signature: Signature };

/** A checked file that is stored in a blob, but has no row yet. */
export interface NewArtifact {
  sha256: Uint8Array<ArrayBuffer>;
  blobId: string;
  byteSize: number;
  signature: Signature;
}

const FILE_NAME = 'model.onnx';

export class ModelArtifactStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #files: ModelFiles;
  readonly #datasets: PeerClient;
  readonly #bySha256: DataLoader<string, ModelArtifactRow | null>;

  constructor(scope: Scope<PrismaClient>, files: ModelFiles, datasets: PeerClient) {
    this.#scope = scope;
    this.#files = files;
    this.#datasets = datasets;
    this.#bySha256 = new DataLoader(async (keys) => {
      const rows = await scope.db.modelArtifact.findMany({ where: { sha256: { in: keys.map(sha256Of) } } });
      const byKey = new Map(rows.map((row) => [keyOf(row.sha256), row as unknown as ModelArtifactRow]));
      return keys.map((key) => byKey.get(key) ?? null);
    });
  }

  /** Returns the artifact of a version; null if it has none. */
  async of({ artifactSha256 }: { artifactSha256: Uint8Array | null }): Promise<ModelArtifactRow | null> {
    return artifactSha256 === null ? null : this.#bySha256.load(keyOf(artifactSha256));
  }

  /** Reads the file of an artifact. */
  async bytes({ orgId, blobId }: Pick<ModelArtifactRow, 'orgId' | 'blobId'>): Promise<Buffer> {
    return buffer(await this.#files.blobs.read({ orgId, blobId }));
  }

  /**
   * Fetches a file from the datasets subgraph, checks that it is an ONNX model that can run here, and stores it in a blob. Throws Refusal
   * for any other file and stores nothing. Do not call it in a transaction: it sends requests and can take seconds.
   */
  async importFile(source: FileSource): Promise<NewArtifact> {
    const field = ['input', source.fileId != null ? 'fileId' : 'uploadId'];
    const { maxBytes, checks } = this.#files;
    return withSourceFile(this.#datasets, this.#scope.viewer, source, maxBytes, (bytes) =>
      checks.use((child) => this.#checkAndStore(bytes, child, field), { signal: new AbortController().signal }),
    );
  }

  /** Inserts the row of an artifact. Returns false if a row with the same bytes exists; the new blob is then not needed. */
  async insertOrReuse(transaction: ScopedClient<PrismaClient>, { sha256, blobId, byteSize, signature }: NewArtifact): Promise<boolean> {
    const orgId = this.#scope.organizationId;
    // The update locks an existing row. The loop repeats if the insert met a row that was deleted before it could be locked.
    for (let isNew = false; ;) {
      const { count } = await transaction.modelArtifact.updateMany({ where: { sha256 }, data: { sha256 } });
      if (count > 0) return isNew;
      const inserted = await transaction.modelArtifact.createMany({
        data: [{ orgId, sha256, blobId, byteSize, signature }],
        skipDuplicates: true,
      });
      isNew = inserted.count > 0;
    }
  }

  /** Removes the blob of an artifact whose row was not inserted. */
  discard({ blobId }: NewArtifact): Promise<void> {
    return this.#files.blobs.remove({ orgId: this.#scope.organizationId, blobId });
  }

  async #checkAndStore(bytes: Readable, child: TaskProcess<CheckTask, Signature>, field: string[]): Promise<NewArtifact> {
    const path = join(child.folder, FILE_NAME);
    const hash = createHash('sha256');
    let byteSize = 0;
    const digestAndCount = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        byteSize += chunk.length;
        done(null, chunk);
      },
    });
    await pipeline(bytes, digestAndCount, createWriteStream(path));
    const formatProblem = unsupportedFormatProblem(await readHead(path));
    if (formatProblem !== null) throw refusal('INVALID', field, formatProblem);
    const signature = await child.run({ file: FILE_NAME }).catch((error: unknown) => {
      // A child process that crashes does so in the runtime, so the file is the cause.
      throw refusal(
        'INVALID',
        field,
        error instanceof JobError
          ? error.message
          : 'ONNX Runtime crashed when it opened this file. Check the model with onnx.checker.check_model.',
      );
    });
    const blobId = uuidv7();
    await this.#files.blobs.write({ orgId: this.#scope.organizationId, blobId }, createReadStream(path));
    return { sha256: new Uint8Array(hash.digest()), blobId, byteSize, signature };
  }
}

const keyOf = (sha256: Uint8Array): string => Buffer.from(sha256).toString('hex');
const sha256Of = (key: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(key, 'hex'));

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer: bytes, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
