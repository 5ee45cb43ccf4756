// Reads the memory and the children of processes, and sets CPU affinity, on Linux.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Returns the resident memory of a process in bytes, or 0 if it has ended. */
export function memoryOf(pid) {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Returns the process ids of the children of a process. */
export const childrenOf = (pid) =>
  readdirSync(`/proc/${pid}/task`).flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean));

/**
 * Runs the work with this process and the processes that it starts bound to one core. Passes true to the work if the system
 * permitted the binding.
 */
export async function onOneCore(work) {
  const before = /^Cpus_allowed_list:\s+(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  const isBound = bindTo(/^\d+/.exec(before)?.[0] ?? '0');
  try {
    return await work(isBound);
  } finally {
    bindTo(before);
  }
}

const bindTo = (cores) => spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(process.pid)]).status === 0;
