/** The class of each row: the first of those with the highest score. */
export function labelsOf(scores: Float32Array, classCount: number): Int32Array {
  return Int32Array.from({ length: scores.length / classCount }, (_, row) => {
    let best = 0;
    for (let label = 1; label < classCount; label += 1) {
      if (scores[row * classCount + label]! > scores[row * classCount + best]!) best = label;
    }
    return best;
  });
}

/** The probabilities of each row's classes: the softmax of its scores. */
export function probabilitiesOf(scores: Float32Array, classCount: number): Float32Array {
  const probabilities = new Float32Array(scores.length);
  for (let from = 0; from < scores.length; from += classCount) {
    const own = scores.subarray(from, from + classCount);
    const most = own.reduce((a, b) => Math.max(a, b));
    const sum = own.reduce((total, score) => total + Math.exp(score - most), 0);
    own.forEach((score, label) => (probabilities[from + label] = Math.exp(score - most) / sum));
  }
  return probabilities;
}
