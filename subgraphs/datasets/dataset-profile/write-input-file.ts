import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { JobError } from '../../shared/jobs/job.js';
import { readHead } from '../stored-content/read-head.js';
import { fileKind, HEAD_BYTES } from '../stored-file/file-kind.js';
import { checkedText } from './checked-text.js';
import type { TableKind } from './profile-task.js';

/** The bytes that are buffered for the disk while more are decompressed. */
const WRITE_BUFFER_BYTES = 1024 * 1024;

/** Writes a content to a file for a child process, and returns its kind. Throws JobError if it is not a table. */
export async function writeInputFile(content: Readable, path: string): Promise<TableKind> {
  try {
    const { head, whole } = await readHead(content, HEAD_BYTES);
    if (head.length === 0) throw new JobError('EMPTY', 'The file is empty.');
    const kind = fileKind(head);
    if (kind === null || kind === 'ONNX')
      throw new JobError('NOT_A_TABLE', 'The file is neither UTF-8 text nor Parquet. Upload CSV, TSV, JSON Lines or Parquet.');
    await pipeline(
      kind === 'PARQUET' ? whole : checkedText(whole),
      createWriteStream(path, { flags: 'wx', highWaterMark: WRITE_BUFFER_BYTES }),
    );
    return kind;
  } finally {
    content.destroy();
  }
}
