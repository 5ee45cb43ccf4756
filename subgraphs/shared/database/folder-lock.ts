import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Locks a data folder for this process, because two processes that write the same embedded database corrupt it. Replaces
 * the lock of a process that no longer runs. Returns a function that unlocks the folder. Throws if another process uses it.
 */
export function lockFolder(folder: string): () => void {
  const file = `${folder}.lock`;
  mkdirSync(dirname(file), { recursive: true });
  for (let owner = createLockFile(file); owner !== null; owner = createLockFile(file)) {
    if (isRunning(owner))
      throw new Error(
        `The data folder ${folder} is in use by the process ${owner}. Stop that process, or set DATA_FOLDER to another folder.`,
      );
    removeStaleLock(file, owner);
  }
  return () => rmSync(file, { force: true });
}

/** Creates the lock file by a link, so that it is never read half-written. Returns the process id of an existing lock, else null. */
function createLockFile(file: string): number | null {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, file);
    return null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return ownerOf(file);
  } finally {
    rmSync(draft);
  }
}

/** Renames the lock file of an ended process and deletes it, or renames it back if another process has replaced it meanwhile. */
function removeStaleLock(file: string, endedOwner: number): void {
  const renamed = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, renamed);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (ownerOf(renamed) === endedOwner) rmSync(renamed);
  else renameSync(renamed, file);
}

/** Returns the process id in a lock file, or 0, which no process has, if the file no longer exists. */
function ownerOf(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
