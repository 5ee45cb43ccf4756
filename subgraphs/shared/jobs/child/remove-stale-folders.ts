import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes the folders of work whose process died before it could; nothing works for as long as they are old. */
export async function removeStaleFolders(folder: string, before: Date): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const made = await stat(path).catch(() => null); // Gone meanwhile.
    if (made && made.mtime < before) await rm(path, { recursive: true, force: true });
  }
}
