import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { JobError } from '../../shared/jobs/job.js';
import { readHead } from '../stored-content/read-head.js';
import { fileKind, HEAD_BYTES } from '../stored-file/file-kind.js';
import { checkedText } from './checked-text.js';
import type { TableKind } from './profile-task.js';

/** What waits for the disk while more is unpacked. */
const WRITTEN_AHEAD_BYTES = 1024 * 1024;

/** Writes a content to a file for a child to read, and answers what it is. Throws WorkFault where it is no table. */
export async function writeInputFile(content: Readable, path: string): Promise<TableKind> {
  try {
    const { head, whole } = await readHead(content, HEAD_BYTES);
    if (head.length === 0) throw new JobError('EMPTY', 'The file is empty.');
    const kind = fileKind(head);
    if (kind === null || kind === 'ONNX') throw new JobError('NOT_A_TABLE', 'The file is neither text in UTF-8 nor Parquet.');
    await pipeline(
      kind === 'PARQUET' ? whole : checkedText(whole),
      createWriteStream(path, { flags: 'wx', highWaterMark: WRITTEN_AHEAD_BYTES }),
    );
    return kind;
  } finally {
    content.destroy();
  }
}
