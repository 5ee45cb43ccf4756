/** Returns the index of the class with the highest score for each row; the first such class if scores are equal. */
export function predictLabels(scores: Float32Array, classCount: number): Int32Array {
  return Int32Array.from({ length: scores.length / classCount }, (_, row) => {
    let best = 0;
    for (let label = 1; label < classCount; label += 1) {
      if (scores[row * classCount + label]! > scores[row * classCount + best]!) best = label;
    }
    return best;
  });
}

/** Returns the class probabilities of each row, `classCount` per row: the softmax of the row's scores. */
export function predictProbabilities(scores: Float32Array, classCount: number): Float32Array {
  const probabilities = new Float32Array(scores.length);
  for (let from = 0; from < scores.length; from += classCount) {
    const rowScores = scores.subarray(from, from + classCount);
    // Subtracting the largest score keeps exp() from overflowing.
    const largest = rowScores.reduce((a, b) => Math.max(a, b));
    const sum = rowScores.reduce((total, score) => total + Math.exp(score - largest), 0);
    rowScores.forEach((score, label) => (probabilities[from + label] = Math.exp(score - largest) / sum));
  }
  return probabilities;
}
