import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Claims a data folder for this process: two processes that write one embedded database destroy it. A claim whose
 * process is no more (it was killed) is taken over. Answers what gives the folder back.
 */
export function lockFolder(folder: string): () => void {
  const file = `${folder}.lock`;
  mkdirSync(dirname(file), { recursive: true });
  for (let owner = claim(file); owner !== null; owner = claim(file)) {
    if (isRunning(owner)) throw new Error(`The data in ${folder} is in use by process ${owner}. Stop it first, or set DATA_FOLDER.`);
    discard(file, owner);
  }
  return () => rmSync(file, { force: true });
}

/** Links a whole file into place, so that nobody ever reads half a claim; answers the owner where there is one already. */
function claim(file: string): number | null {
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

/** Moves a dead owner's claim aside; where another was quicker and the claim is a live one's by now, it goes back. */
function discard(file: string, deadOwner: number): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (ownerOf(aside) === deadOwner) rmSync(aside);
  else renameSync(aside, file);
}

/** The process that claimed; 0, which never runs, where the claim went away meanwhile. */
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
