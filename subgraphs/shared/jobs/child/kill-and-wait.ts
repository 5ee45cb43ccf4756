import type { ChildProcess } from 'node:child_process';

/** True if a process has exited, was killed or could not be started. */
export const hasEnded = ({ exitCode, signalCode, pid }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null || pid === undefined;

/** Kills a process and resolves when it has exited, so that it no longer writes to any file. */
export async function killAndWait(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}
