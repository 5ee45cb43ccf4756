import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip, constants } from 'node:zlib';

/** The identity of a blob. */
export interface BlobReference {
  orgId: string;
  blobId: string;
}

/** The compression level. It reduces text to about a third at the speed of a disk; higher levels take several times as long for little gain. */
const LEVEL = constants.Z_BEST_SPEED;
/** The chunk size in bytes. With Node's smaller default, most of the time is spent on switching between threads. */
const CHUNK_BYTES = 256 * 1024;
const FILE = /^([0-9a-f-]{36})\.gz$/;

/**
 * Large contents, as compressed files in a folder. Each is written once, under a unique name. A file that no row references is
 * either still being written or was left behind; its age distinguishes them.
 */
export class Blobs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes a blob and resolves when its bytes are on the disk. If the source fails, the partial file is removed. */
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

  /** Reads the bytes of a blob. Rejects if there is no such file. Destroying the stream closes the file. */
  async read(blob: BlobReference): Promise<Readable> {
    const file = await open(this.#path(blob));
    const bytes = createGunzip({ chunkSize: CHUNK_BYTES });
    // An error of either stream destroys both, and the reader receives it.
    pipeline(createReadStream('', { fd: file, highWaterMark: CHUNK_BYTES }), bytes).catch((error: Error) => bytes.destroy(error));
    return bytes;
  }

  async remove(blob: BlobReference): Promise<void> {
    await rm(this.#path(blob), { force: true });
  }

  /** Yields the blobs whose file was last modified before a time. */
  async *writtenBefore(time: Date): AsyncGenerator<BlobReference> {
    for (const orgId of await namesIn(this.#folder))
      for (const part of await namesIn(join(this.#folder, orgId)))
        for (const name of await namesIn(join(this.#folder, orgId, part))) {
          const blobId = FILE.exec(name)?.[1];
          const written = blobId && (await stat(join(this.#folder, orgId, part, name)).catch(() => null)); // Null if it was removed since.
          if (blobId && written && written.mtime < time) yield { orgId, blobId };
        }
  }

  /** The files are spread over folders by the last two digits of their ids, which are random. */
  #path({ orgId, blobId }: BlobReference): string {
    return join(this.#folder, orgId, blobId.slice(-2), `${blobId}.gz`);
  }
}

/** Returns the names in a folder; none if the folder does not exist. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
