import { join } from 'node:path';
import { Blobs } from '../../shared/blobs/blobs.js';
import { ChildProcessPool } from '../../shared/jobs/child/child-process-pool.js';
import { signature, type Signature } from '../inference/signature.js';
import type { CheckTask } from '../inference/onnx/check.child.js';

/** Where the files of models are, and what looks at new ones: one for a process. */
export interface ModelFiles {
  blobs: Blobs;
  checks: ChildProcessPool<CheckTask, Signature>;
  /** Where a check puts what it needs for a while. */
  scratchFolder: string;
  maxBytes: number;
}

/** What the files of models rest on. */
export interface ModelFilesConfig {
  /** Holds the files of models; all replicas share it, and no other subgraph. */
  modelsFolder: string;
  /** Bytes of the largest file. */
  maxModelBytes: number;
}

const CHECK_MEMORY_BYTES = 1024 * 1024 * 1024;
const CHECK_HEAP_MEBIBYTES = 768;
const CHECK_DEADLINE_MS = 15_000;

export function modelFilesOf({ modelsFolder, maxModelBytes }: ModelFilesConfig): ModelFiles {
  const scratchFolder = join(modelsFolder, 'scratch');
  const checks = new ChildProcessPool({
    entry: new URL('../inference/onnx/generated/check.child.js', import.meta.url),
    scratchFolder,
    memoryBytes: CHECK_MEMORY_BYTES,
    heapMebibytes: CHECK_HEAP_MEBIBYTES,
    deadlineMs: CHECK_DEADLINE_MS,
    result: signature,
  });
  return { blobs: new Blobs(modelsFolder), checks, scratchFolder, maxBytes: maxModelBytes };
}
