/** A folder of files, each of which is written once under a unique name. */
interface FileFolder<Reference> {
  writtenBefore(time: Date): AsyncIterable<Reference>;
  remove(reference: Reference): Promise<void>;
}

const BATCH = 500;

/**
 * Removes the files that were last modified before a time and that no row references. Returns their number. `findReferenced`
 * returns the ids of those files in a batch that rows reference.
 */
export async function removeUnreferencedFiles<Reference>(
  folder: FileFolder<Reference>,
  before: Date,
  idOf: (reference: Reference) => string,
  findReferenced: (batch: readonly Reference[]) => Promise<(string | null)[]>,
): Promise<number> {
  let removed = 0;
  let batch: Reference[] = [];
  const flush = async () => {
    const referenced = new Set(await findReferenced(batch));
    const unreferenced = batch.filter((reference) => !referenced.has(idOf(reference)));
    for (const reference of unreferenced) await folder.remove(reference);
    removed += unreferenced.length;
    batch = [];
  };
  for await (const reference of folder.writtenBefore(before)) if (batch.push(reference) === BATCH) await flush();
  if (batch.length > 0) await flush();
  return removed;
}
