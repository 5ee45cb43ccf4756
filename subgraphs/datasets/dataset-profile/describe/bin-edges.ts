const BINS = 20;

/** The edges of twenty bins of one width from min to max; of one bin where they cannot be told apart. */
export function binEdges(min: number, max: number): number[] {
  const edges = Array.from({ length: BINS + 1 }, (_, index) => between(min, max, index / BINS));
  const isAscending = edges.every((edge, index) => index === 0 || edge > edges[index - 1]!);
  return isAscending && max / 2 - min / 2 > 0 ? edges : [min, max];
}

/** The ends exactly; their distance may be more than a double holds. */
function between(min: number, max: number, share: number): number {
  if (share === 0) return min;
  if (share === 1) return max;
  return Number.isFinite(max - min) ? min + (max - min) * share : min * (1 - share) + max * share;
}
