/**
 * The share of a version's answers that was judged. Null where that says nothing: judgements may also be about predictions
 * that were never noted, and then there are more of them than answers.
 */
export const coverage = (judgedCount: number, answerCount: number | null): number | null =>
  answerCount === null || answerCount === 0 || judgedCount > answerCount ? null : judgedCount / answerCount;
