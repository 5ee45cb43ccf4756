// What the system tells of processes, on Linux.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** The memory that a process occupies, in bytes; 0 once it has ended. */
export function memoryOf(pid) {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** The ids of its children. */
export const childrenOf = (pid) =>
  readdirSync(`/proc/${pid}/task`).flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean));

/**
 * Keeps this process, and what it starts meanwhile, to the first of its cores for as long as the work takes; tells the work whether the
 * system let it.
 */
export async function onOneCore(work) {
  const before = /^Cpus_allowed_list:\s+(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  const isKept = keepTo(/^\d+/.exec(before)?.[0] ?? '0');
  try {
    return await work(isKept);
  } finally {
    keepTo(before);
  }
}

const keepTo = (cores) => spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(process.pid)]).status === 0;
