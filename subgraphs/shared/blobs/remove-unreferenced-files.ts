/** Files of a folder, each written once under a name of its own. */
interface Kept<Reference> {
  writtenBefore(time: Date): AsyncIterable<Reference>;
  remove(reference: Reference): Promise<void>;
}

const BATCH = 500;

/**
 * Removes files that were last written to before this time and that no row names; answers how many. `namedOf` says which of
 * some files rows name, by their ids.
 */
export async function removeUnreferencedFiles<Reference>(
  kept: Kept<Reference>,
  before: Date,
  idOf: (reference: Reference) => string,
  namedOf: (batch: readonly Reference[]) => Promise<(string | null)[]>,
): Promise<number> {
  let removed = 0;
  let batch: Reference[] = [];
  const flush = async () => {
    const named = new Set(await namedOf(batch));
    const left = batch.filter((reference) => !named.has(idOf(reference)));
    for (const reference of left) await kept.remove(reference);
    removed += left.length;
    batch = [];
  };
  for await (const reference of kept.writtenBefore(before)) if (batch.push(reference) === BATCH) await flush();
  if (batch.length > 0) await flush();
  return removed;
}
