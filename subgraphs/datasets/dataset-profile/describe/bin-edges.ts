const BINS = 20;

/** Returns the edges of 20 bins of equal width from min to max, or of one bin if doubles cannot tell the edges apart. */
export function computeBinEdges(min: number, max: number): number[] {
  const edges = Array.from({ length: BINS + 1 }, (_, index) => interpolate(min, max, index / BINS));
  const isAscending = edges.every((edge, index) => index === 0 || edge > edges[index - 1]!);
  return isAscending && max / 2 - min / 2 > 0 ? edges : [min, max];
}

/** Interpolates between two numbers, with exact results at the ends. Their difference may exceed a double. */
function interpolate(min: number, max: number, share: number): number {
  if (share === 0) return min;
  if (share === 1) return max;
  return Number.isFinite(max - min) ? min + (max - min) * share : min * (1 - share) + max * share;
}
