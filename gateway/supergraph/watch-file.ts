import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a file must stay as it is before it counts as written, in milliseconds. */
const SETTLE_MS = 50;

/**
 * Calls back once soon, and again each time that the file has become another; the answer ends the watch. The folder is
 * watched, because a file that is replaced by rename, or through a symbolic link as Kubernetes does it, is another file;
 * and the file is looked at every `pollMs` milliseconds, because not every file system tells.
 */
export function watchFile(path: string, pollMs: number, changed: () => void): () => void {
  let [isLooking, isOver] = [false, false];
  let told: string | undefined;

  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    let before: string | undefined;
    let now = await fingerprint(path);
    while (now !== told && now !== before && !isOver) {
      before = now;
      await sleep(SETTLE_MS);
      now = await fingerprint(path);
    }
    isLooking = false;
    if (now === told || isOver) return;
    told = now;
    changed();
  };

  const watcher = watchFolder(dirname(path), () => void look());
  const poll = setInterval(look, pollMs);
  void look();
  return () => {
    isOver = true;
    clearInterval(poll);
    watcher?.close();
  };
}

/** Where the system has no watch to give, or takes it away, polling alone must do. */
function watchFolder(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    return watch(folder, changed).on('error', () => undefined);
  } catch {
    return undefined;
  }
}

/** What differs when a file is another one or was written; empty where there is none. */
async function fingerprint(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${dev} ${ino} ${size} ${mtimeNs}`;
  } catch {
    return '';
  }
}
