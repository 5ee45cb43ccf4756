import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip, constants } from 'node:zlib';

/** Names one blob. */
export interface BlobReference {
  orgId: string;
  blobId: string;
}

/** Compresses text to about a third at the speed of a disk; higher levels take several times as long for little more. */
const LEVEL = constants.Z_BEST_SPEED;
/** Of the bytes that go through at once: with the few that Node takes by itself, most of the time goes into going to and fro. */
const CHUNK_BYTES = 256 * 1024;
const FILE = /^([0-9a-f-]{36})\.gz$/;

/**
 * Large contents as compressed files in a folder. Each is written once, under a name of its own: what no row names is
 * either under way or left behind, and its age tells which.
 */
export class Blobs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Resolves when the bytes are on the disk. What was written of a source that fails is removed. */
  async write(blob: BlobReference, source: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.#path(blob);
    await mkdir(dirname(path), { recursive: true });
    try {
      await pipeline(source, createGzip({ level: LEVEL, chunkSize: CHUNK_BYTES }), createWriteStream(path, { flags: 'wx', flush: true }));
    } catch (error) {
      await this.remove(blob);
      throw error;
    }
  }

  /** Its bytes as they were given to `write`. Rejects where there is no such file. Destroying the stream closes the file. */
  async read(blob: BlobReference): Promise<Readable> {
    const file = await open(this.#path(blob));
    const bytes = createGunzip({ chunkSize: CHUNK_BYTES });
    // Both ends tell the stream that is read of what went wrong, and end with it.
    pipeline(createReadStream('', { fd: file, highWaterMark: CHUNK_BYTES }), bytes).catch((error: Error) => bytes.destroy(error));
    return bytes;
  }

  async remove(blob: BlobReference): Promise<void> {
    await rm(this.#path(blob), { force: true });
  }

  /** Every blob whose file was last written to before this time. */
  async *writtenBefore(time: Date): AsyncGenerator<BlobReference> {
    for (const orgId of await listed(this.#folder))
      for (const part of await listed(join(this.#folder, orgId)))
        for (const name of await listed(join(this.#folder, orgId, part))) {
          const blobId = FILE.exec(name)?.[1];
          const written = blobId && (await stat(join(this.#folder, orgId, part, name)).catch(() => null)); // Gone meanwhile.
          if (blobId && written && written.mtime < time) yield { orgId, blobId };
        }
  }

  /** Folders of a few files each: the last digits of an id are random. */
  #path({ orgId, blobId }: BlobReference): string {
    return join(this.#folder, orgId, blobId.slice(-2), `${blobId}.gz`);
  }
}

/** What is in a folder; nothing, where there is none. */
async function listed(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
