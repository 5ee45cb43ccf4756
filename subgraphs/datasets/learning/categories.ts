/** How many values of a text column a model tells apart; the rarer ones are alike for it. */
export const MAX_CATEGORIES = 100;

/**
 * The values of a text column that a model tells apart: the most frequent ones, in the order of their code units. A missing
 * value, '', is a value like others. What is not among them, at prediction time too, is "other": it adds nothing to a
 * linear model, and goes with those that are not the category that a tree asks for.
 */
export function categoriesOf(values: readonly string[], limit = MAX_CATEGORIES): string[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const byName = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  return [...counts.keys()]
    .sort((a, b) => counts.get(b)! - counts.get(a)! || byName(a, b))
    .slice(0, limit)
    .sort(byName);
}

/** Each value's place among the categories; `categories.length` for those that are not among them. */
export function codesOf(values: readonly string[], categories: readonly string[]): Int32Array {
  const places = new Map(categories.map((category, place) => [category, place]));
  return Int32Array.from(values, (value) => places.get(value) ?? categories.length);
}
