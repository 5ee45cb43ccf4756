/**
 * The distribution of the values of a feature (DriftDistribution in the schema): the counts of numbers in bins, or the counts of
 * categories.
 */
export interface Distribution {
  /** The edges of the bins of a numeric feature in ascending order; null for other features. */
  edges: number[] | null;
  /** The categories of a feature that is not numeric; null for numeric features. */
  values: string[] | null;
  /** The number of values in each bin, or of each category. */
  counts: number[];
  /** The number of values below the first edge. */
  below: number;
  /** The number of values above the last edge. */
  above: number;
  /** The number of values that are not among the categories. */
  other: number;
  missing: number;
}

/** Counts of the values between consecutive edges. There is one edge more than counts. */
export interface Histogram {
  edges: readonly number[];
  counts: readonly number[];
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** Returns the number of values that are not missing. */
export const presentCount = ({ counts, below, above, other }: Distribution): number => sum(counts) + below + above + other;

/**
 * Merges neighbouring bins from the left until each holds at least the given fraction of all values. The remainder goes to the last bin.
 * There are then at most 1 / fraction bins, and none is so small that random variation dominates it.
 */
export function mergeBins({ edges, counts }: Histogram, fraction: number): Histogram {
  const minCount = fraction * sum(counts);
  const bins = { edges: [edges[0]!], counts: [] as number[] };
  let pending = 0;
  for (const [index, count] of counts.entries()) {
    pending += count;
    if (pending > 0 && pending >= minCount) {
      bins.counts.push(pending);
      bins.edges.push(edges[index + 1]!);
      pending = 0;
    }
  }
  if (bins.counts.length === 0) return { edges: [edges[0]!, edges.at(-1)!], counts: [pending] };
  bins.counts[bins.counts.length - 1]! += pending;
  bins.edges[bins.edges.length - 1] = edges.at(-1)!;
  return bins;
}

/** Counts numbers between the edges. Values that are not finite numbers count as missing. */
export function numericDistribution(edges: readonly number[], values: readonly unknown[]): Distribution {
  const distribution = { ...EMPTY_DISTRIBUTION, edges: [...edges], counts: edges.slice(1).map(() => 0) };
  for (const value of values) {
    if (typeof value !== 'number' || !Number.isFinite(value)) distribution.missing += 1;
    else if (value < edges[0]!) distribution.below += 1;
    else if (value > edges.at(-1)!) distribution.above += 1;
    else distribution.counts[binOf(edges, value)]! += 1;
  }
  return distribution;
}

/** Finds the bin of a value between the first and the last edge by binary search. */
function binOf(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (value >= edges[middle]!) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Counts each of the given strings among the values. Values that are empty, or no string, number or boolean, count as missing. */
export function categoricalDistribution(categories: readonly string[], values: readonly unknown[]): Distribution {
  const indexes = new Map(categories.map((category, index) => [category, index]));
  const distribution = { ...EMPTY_DISTRIBUTION, values: [...categories], counts: categories.map(() => 0) };
  for (const value of values) {
    const index = indexes.get(String(value).slice(0, MAX_TEXT_LENGTH));
    if (!['string', 'number', 'boolean'].includes(typeof value) || value === '') distribution.missing += 1;
    else if (index === undefined) distribution.other += 1;
    else distribution.counts[index]! += 1;
  }
  return distribution;
}

/** Profiles of datasets truncate longer strings to this length. */
const MAX_TEXT_LENGTH = 500;

export const EMPTY_DISTRIBUTION: Readonly<Distribution> = {
  edges: null,
  values: null,
  counts: [],
  below: 0,
  above: 0,
  other: 0,
  missing: 0,
};
