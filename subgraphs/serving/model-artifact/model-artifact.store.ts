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
import { foreignFormat, HEAD_BYTES } from '../inference/onnx/file-format.js';
import type { Signature } from '../inference/signature.js';
import type { ModelFiles } from './model-files.js';
import { withSource, type SourceInput } from './source.js';

export type ModelArtifactRow = Omit<ModelArtifact, 'signature'> & { signature: Signature };

/** A file that was looked at and is in a blob, which no row names yet. */
export interface NewArtifact {
  sha256: Uint8Array<ArrayBuffer>;
  blobId: string;
  byteSize: number;
  signature: Signature;
}

const FILE = 'model.onnx';

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
      const found = new Map(rows.map((row) => [keyOf(row.sha256), row as unknown as ModelArtifactRow]));
      return keys.map((key) => found.get(key) ?? null);
    });
  }

  /** The artifact of a version; null where it has none. */
  async of({ artifactSha256 }: { artifactSha256: Uint8Array | null }): Promise<ModelArtifactRow | null> {
    return artifactSha256 === null ? null : this.#bySha256.load(keyOf(artifactSha256));
  }

  /** The bytes of an artifact. */
  async bytes({ orgId, blobId }: Pick<ModelArtifactRow, 'orgId' | 'blobId'>): Promise<Buffer> {
    return buffer(await this.#files.blobs.read({ orgId, blobId }));
  }

  /**
   * Copies a file of datasets into a blob, once it has been found to be an ONNX model that is run here. Throws Refusal where it
   * is not, and keeps nothing. Never inside a transaction: it asks datasets, and may take seconds.
   */
  async receive(source: SourceInput): Promise<NewArtifact> {
    const field = ['input', source.fileId != null ? 'fileId' : 'uploadId'];
    const { maxBytes, checks } = this.#files;
    return withSource(this.#datasets, this.#scope.viewer, source, maxBytes, (bytes) =>
      checks.use((child) => this.#take(bytes, child, field), { signal: new AbortController().signal }),
    );
  }

  /** Names the artifact in a row, as a part of a larger change. False where there was one with the same bytes, and its blob is not needed. */
  async keep(transaction: ScopedClient<PrismaClient>, { sha256, blobId, byteSize, signature }: NewArtifact): Promise<boolean> {
    const orgId = this.#scope.organizationId;
    // Again where a row of another request was in the way and was swept before it could be held.
    for (let isNew = false; ;) {
      const { count } = await transaction.modelArtifact.updateMany({ where: { sha256 }, data: { sha256 } });
      if (count > 0) return isNew;
      const made = await transaction.modelArtifact.createMany({
        data: [{ orgId, sha256, blobId, byteSize, signature }],
        skipDuplicates: true,
      });
      isNew = made.count > 0;
    }
  }

  /** Removes the blob of an artifact that came to nothing. */
  discard({ blobId }: NewArtifact): Promise<void> {
    return this.#files.blobs.remove({ orgId: this.#scope.organizationId, blobId });
  }

  async #take(bytes: Readable, child: TaskProcess<CheckTask, Signature>, field: string[]): Promise<NewArtifact> {
    const path = join(child.folder, FILE);
    const hash = createHash('sha256');
    let byteSize = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        byteSize += chunk.length;
        done(null, chunk);
      },
    });
    await pipeline(bytes, measure, createWriteStream(path));
    const foreign = foreignFormat(await head(path));
    if (foreign !== null) throw refusal('INVALID', field, foreign);
    const signature = await child.run({ file: FILE }).catch((error: unknown) => {
      // A child that dies of a file does so in the runtime: that, too, is the file's fault and nobody else's.
      throw refusal('INVALID', field, error instanceof JobError ? error.message : 'The runtime broke down when it opened this file.');
    });
    const blobId = uuidv7();
    await this.#files.blobs.write({ orgId: this.#scope.organizationId, blobId }, createReadStream(path));
    return { sha256: new Uint8Array(hash.digest()), blobId, byteSize, signature };
  }
}

const keyOf = (sha256: Uint8Array): string => Buffer.from(sha256).toString('hex');
const sha256Of = (key: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(key, 'hex'));

async function head(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer: bytes, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
