import { join } from 'node:path';
import { Blobs } from '../../shared/blobs/blobs.js';
import { ChildProcessPool } from '../../shared/jobs/child/child-process-pool.js';
import { signatureSchema, type Signature } from '../inference/signature.js';
import type { CheckTask } from '../inference/onnx/check.child.js';

/** The storage of model files and the child processes that check new ones. Each process has one. */
export interface ModelFiles {
  blobs: Blobs;
  checks: ChildProcessPool<CheckTask, Signature>;
  /** The folder for the temporary files of checks. */
  scratchFolder: string;
  /** The maximum size of a model file in bytes. */
  maxBytes: number;
}

/** The settings of the storage of model files. */
export interface ModelFilesConfig {
  /** The folder of model files. All replicas share it; no other subgraph uses it. */
  modelsFolder: string;
  /** The maximum size of a model file in bytes. */
  maxModelBytes: number;
}

const CHECK_MEMORY_BYTES = 1024 * 1024 * 1024;
const CHECK_HEAP_MEBIBYTES = 768;
const CHECK_DEADLINE_MS = 15_000;

export function createModelFiles({ modelsFolder, maxModelBytes }: ModelFilesConfig): ModelFiles {
  const scratchFolder = join(modelsFolder, 'scratch');
  const checks = new ChildProcessPool({
    entry: new URL('../inference/onnx/generated/check.child.js', import.meta.url),
    scratchFolder,
    memoryBytes: CHECK_MEMORY_BYTES,
    heapMebibytes: CHECK_HEAP_MEBIBYTES,
    deadlineMs: CHECK_DEADLINE_MS,
    result: signatureSchema,
  });
  return { blobs: new Blobs(modelsFolder), checks, scratchFolder, maxBytes: maxModelBytes };
}
