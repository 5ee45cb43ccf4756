/** How the values of a feature are distributed; the type DriftDistribution says what its parts are. */
export interface Distribution {
  edges: number[] | null;
  values: string[] | null;
  counts: number[];
  below: number;
  above: number;
  other: number;
  missing: number;
}

/** Bins between edges, one edge more than counts. */
export interface Histogram {
  edges: readonly number[];
  counts: readonly number[];
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** How many of the distribution's values are there at all. */
export const presentCount = ({ counts, below, above, other }: Distribution): number => sum(counts) + below + above + other;

/**
 * Joins neighbouring bins from the left until each holds at least this share of the values; what is left over joins the
 * last. So no bin is so empty that chance alone moves it, and there are at most 1 / share of them.
 */
export function joined({ edges, counts }: Histogram, share: number): Histogram {
  const least = share * sum(counts);
  const bins = { edges: [edges[0]!], counts: [] as number[] };
  let held = 0;
  for (const [index, count] of counts.entries()) {
    held += count;
    if (held > 0 && held >= least) {
      bins.counts.push(held);
      bins.edges.push(edges[index + 1]!);
      held = 0;
    }
  }
  if (bins.counts.length === 0) return { edges: [edges[0]!, edges.at(-1)!], counts: [held] };
  bins.counts[bins.counts.length - 1]! += held;
  bins.edges[bins.edges.length - 1] = edges.at(-1)!;
  return bins;
}

/** How numbers lie between edges; what is no finite number is missing. */
export function ofNumbers(edges: readonly number[], values: readonly unknown[]): Distribution {
  const distribution = { ...nothing, edges: [...edges], counts: edges.slice(1).map(() => 0) };
  for (const value of values) {
    if (typeof value !== 'number' || !Number.isFinite(value)) distribution.missing += 1;
    else if (value < edges[0]!) distribution.below += 1;
    else if (value > edges.at(-1)!) distribution.above += 1;
    else distribution.counts[binOf(edges, value)]! += 1;
  }
  return distribution;
}

/** The bin of a value that lies between the first and the last edge, by bisection. */
function binOf(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (value >= edges[middle]!) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How often each of these texts occurs among values; what is neither text, number nor boolean is missing. */
export function ofValues(texts: readonly string[], values: readonly unknown[]): Distribution {
  const places = new Map(texts.map((text, index) => [text, index]));
  const distribution = { ...nothing, values: [...texts], counts: texts.map(() => 0) };
  for (const value of values) {
    const place = places.get(String(value).slice(0, MAX_TEXT_LENGTH));
    if (!['string', 'number', 'boolean'].includes(typeof value) || value === '') distribution.missing += 1;
    else if (place === undefined) distribution.other += 1;
    else distribution.counts[place]! += 1;
  }
  return distribution;
}

/** Profiles cut longer texts. */
const MAX_TEXT_LENGTH = 500;

export const nothing: Readonly<Distribution> = { edges: null, values: null, counts: [], below: 0, above: 0, other: 0, missing: 0 };
