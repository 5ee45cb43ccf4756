/** Figures of a model's answers by name. */
export type Metrics = Record<string, number>;

/**
 * `rmse`, `mae` and `r2` of predicted numbers. `r2` compares with the mean of the actual ones: NaN where those are all equal.
 */
export function regressionMetrics(actual: ArrayLike<number>, predicted: ArrayLike<number>): Metrics {
  const count = actual.length;
  let mean = 0;
  for (let row = 0; row < count; row += 1) mean += actual[row]! / count;
  let squared = 0;
  let absolute = 0;
  let spread = 0;
  for (let row = 0; row < count; row += 1) {
    const error = actual[row]! - predicted[row]!;
    squared += error * error;
    absolute += Math.abs(error);
    spread += (actual[row]! - mean) ** 2;
  }
  return { rmse: Math.sqrt(squared / count), mae: absolute / count, r2: spread === 0 ? NaN : 1 - squared / spread };
}

/**
 * `accuracy`, `macro_precision`, `macro_recall`, `macro_f1` and `log_loss`; with two classes also `roc_auc` of the second.
 * The means over classes count those that are there or were claimed; a ratio of nothing to nothing is 0.
 * @param actual each row's class, by its place
 * @param predicted each row's answer
 * @param probabilities each row's probabilities of all `classCount` classes
 */
export function classificationMetrics(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classCount: number,
): Metrics {
  const rows = actual.length;
  const hits = new Float64Array(classCount);
  const claimed = new Float64Array(classCount);
  const there = new Float64Array(classCount);
  let logLoss = 0;
  for (let row = 0; row < rows; row += 1) {
    const label = actual[row]!;
    there[label]! += 1;
    claimed[predicted[row]!]! += 1;
    if (predicted[row] === label) hits[label]! += 1;
    // float32's smallest step below 1: a probability of 0 that was wrong costs much, not infinity.
    logLoss -= Math.log(Math.max(probabilities[row * classCount + label]!, 2 ** -24)) / rows;
  }
  const counted = Array.from(there.keys()).filter((label) => there[label]! + claimed[label]! > 0);
  const meanOf = (of: (label: number) => number) => counted.reduce((sum, label) => sum + of(label) / counted.length, 0);
  const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  const metrics: Metrics = {
    accuracy: hits.reduce((sum, count) => sum + count, 0) / rows,
    macro_precision: meanOf((label) => ratio(hits[label]!, claimed[label]!)),
    macro_recall: meanOf((label) => ratio(hits[label]!, there[label]!)),
    macro_f1: meanOf((label) => ratio(2 * hits[label]!, claimed[label]! + there[label]!)),
    log_loss: logLoss,
  };
  if (classCount === 2) {
    const second = Float64Array.from({ length: rows }, (_, row) => probabilities[row * 2 + 1]!);
    metrics['roc_auc'] = areaUnderCurve(actual, second);
  }
  return metrics;
}

/**
 * The probability that a row of class 1 scores above one of class 0, ties as halves (the ROC curve's area, by ranks).
 * NaN where one of the classes is not there.
 */
export function areaUnderCurve(actual: ArrayLike<number>, scores: Float64Array): number {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end += 1;
    const rank = (start + 1 + end) / 2; // The mean of the ranks start + 1 to end.
    for (; start < end; start += 1) {
      if (actual[order[start]!] !== 1) continue;
      positives += 1;
      rankSum += rank;
    }
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return NaN;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
