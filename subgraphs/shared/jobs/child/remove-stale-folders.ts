import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes the scratch folders that were made before `before`. No task runs that long: a process that died left them behind.
 */
export async function removeStaleFolders(scratchFolder: string, before: Date): Promise<void> {
  for (const name of await readdir(scratchFolder).catch(() => [])) {
    const path = join(scratchFolder, name);
    const found = await stat(path).catch(() => null); // Null if it was removed since.
    if (found && found.mtime < before) await rm(path, { recursive: true, force: true });
  }
}
