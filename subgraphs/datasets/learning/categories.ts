/** The maximum number of categories of a text column that a model distinguishes. Rarer values are encoded as "other". */
export const MAX_CATEGORIES = 100;

/**
 * Returns the categories of a text column: its `limit` most frequent values, sorted by code units. A missing value ('') is
 * a category like any other. Every other value, including one that is first seen at prediction time, is encoded as "other": it
 * adds 0 in a linear model, and differs from the category of every split in a tree.
 */
export function categoriesOf(values: readonly string[], limit = MAX_CATEGORIES): string[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const byCodeUnits = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  return [...counts.keys()]
    .sort((a, b) => counts.get(b)! - counts.get(a)! || byCodeUnits(a, b))
    .slice(0, limit)
    .sort(byCodeUnits);
}

/** Returns the index of each value in `categories`, or `categories.length` for a value that is not in it (ordinal encoding). */
export function codesOf(values: readonly string[], categories: readonly string[]): Int32Array {
  const indexes = new Map(categories.map((category, index) => [category, index]));
  return Int32Array.from(values, (value) => indexes.get(value) ?? categories.length);
}
