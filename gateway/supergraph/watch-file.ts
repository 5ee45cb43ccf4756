import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Time for which a file must stay unchanged before a change is reported, in milliseconds. */
const SETTLE_MS = 50;

/**
 * Calls `onChange` once soon after the start, and again after each change of the file. Returns a function that stops watching.
 * It watches the folder, because a file may be replaced by a rename or, in Kubernetes, by a symbolic link to another file. It
 * also checks the file every `pollMs` milliseconds, because some file systems send no events.
 */
export function watchFile(path: string, pollMs: number, onChange: () => void): () => void {
  let isChecking = false;
  let isStopped = false;
  let reported: string | undefined;

  const check = async () => {
    if (isChecking) return;
    isChecking = true;
    let before: string | undefined;
    let now = await fingerprint(path);
    while (now !== reported && now !== before && !isStopped) {
      before = now;
      await sleep(SETTLE_MS);
      now = await fingerprint(path);
    }
    isChecking = false;
    if (now === reported || isStopped) return;
    reported = now;
    onChange();
  };

  const watcher = watchFolder(dirname(path), () => void check());
  const poll = setInterval(check, pollMs);
  void check();
  return () => {
    isStopped = true;
    clearInterval(poll);
    watcher?.close();
  };
}

/** Returns undefined if the system cannot watch the folder. Then, and if the watcher fails later, only polling remains. */
function watchFolder(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    return watch(folder, changed).on('error', () => undefined);
  } catch {
    return undefined;
  }
}

/** Returns a text that changes when the file is written or replaced; an empty text if the file does not exist. */
async function fingerprint(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${dev} ${ino} ${size} ${mtimeNs}`;
  } catch {
    return '';
  }
}
