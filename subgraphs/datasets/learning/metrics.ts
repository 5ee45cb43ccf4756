/** The values of evaluation metrics by name. */
export type Metrics = Record<string, number>;

/**
 * Returns the root mean squared error `rmse`, the mean absolute error `mae` and the coefficient of determination `r2`. `r2` is
 * NaN if all actual values are equal.
 */
export function regressionMetrics(actual: ArrayLike<number>, predicted: ArrayLike<number>): Metrics {
  const count = actual.length;
  let mean = 0;
  for (let row = 0; row < count; row += 1) mean += actual[row]! / count;
  let residualSquares = 0;
  let absoluteErrors = 0;
  let totalSquares = 0;
  for (let row = 0; row < count; row += 1) {
    const error = actual[row]! - predicted[row]!;
    residualSquares += error * error;
    absoluteErrors += Math.abs(error);
    totalSquares += (actual[row]! - mean) ** 2;
  }
  return {
    rmse: Math.sqrt(residualSquares / count),
    mae: absoluteErrors / count,
    r2: totalSquares === 0 ? NaN : 1 - residualSquares / totalSquares,
  };
}

/**
 * Returns `accuracy`, `macro_precision`, `macro_recall`, `macro_f1` and `log_loss`; for two classes also `roc_auc`, with the
 * second class as the positive one. Macro averages are taken over the classes that occur among the actual or the predicted
 * ones; a ratio with the denominator 0 counts as 0. This is what scikit-learn does (`zero_division=0`).
 * @param actual the index of each row's class
 * @param predicted the index of each row's predicted class
 * @param probabilities the predicted probabilities of each row, `classCount` per row
 */
export function classificationMetrics(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classCount: number,
): Metrics {
  const rows = actual.length;
  const truePositives = new Float64Array(classCount);
  const predictedCounts = new Float64Array(classCount);
  const actualCounts = new Float64Array(classCount);
  let logLoss = 0;
  for (let row = 0; row < rows; row += 1) {
    const label = actual[row]!;
    actualCounts[label]! += 1;
    predictedCounts[predicted[row]!]! += 1;
    if (predicted[row] === label) truePositives[label]! += 1;
    // Clipped to 2^-24, float32's smallest distance from 1, so that a probability of 0 does not make the loss infinite.
    logLoss -= Math.log(Math.max(probabilities[row * classCount + label]!, 2 ** -24)) / rows;
  }
  const classes = Array.from(actualCounts.keys()).filter((label) => actualCounts[label]! + predictedCounts[label]! > 0);
  const meanOf = (of: (label: number) => number) => classes.reduce((sum, label) => sum + of(label) / classes.length, 0);
  const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  const metrics: Metrics = {
    accuracy: truePositives.reduce((sum, count) => sum + count, 0) / rows,
    macro_precision: meanOf((label) => ratio(truePositives[label]!, predictedCounts[label]!)),
    macro_recall: meanOf((label) => ratio(truePositives[label]!, actualCounts[label]!)),
    macro_f1: meanOf((label) => ratio(2 * truePositives[label]!, predictedCounts[label]! + actualCounts[label]!)),
    log_loss: logLoss,
  };
  if (classCount === 2) {
    const positive = Float64Array.from({ length: rows }, (_, row) => probabilities[row * 2 + 1]!);
    metrics['roc_auc'] = rocAucScore(actual, positive);
  }
  return metrics;
}

/**
 * Returns the area under the ROC curve: the probability that a row of class 1 scores above a row of class 0, with ties
 * counted as one half. Computed from ranks (the Mann-Whitney U statistic). NaN if one of the classes does not occur.
 */
export function rocAucScore(actual: ArrayLike<number>, scores: Float64Array): number {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end += 1;
    const rank = (start + 1 + end) / 2; // The mean of the ranks from start + 1 to end, which tied rows share.
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
