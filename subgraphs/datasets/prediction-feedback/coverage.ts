/**
 * Returns the share of a version's predictions that have feedback, or null if it is undefined: there are no predictions, or fewer than
 * have feedback, because feedback can also be given on predictions that were not logged.
 */
export const coverage = (judgedCount: number, predictionCount: number | null): number | null =>
  predictionCount === null || predictionCount === 0 || judgedCount > predictionCount ? null : judgedCount / predictionCount;
