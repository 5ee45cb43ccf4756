/** The square of anything shorter may be nothing that a double holds. */
const SMALLEST = 1e-150;

/**
 * The weights that minimize the sum of squared errors of `columns * weights - target`, plus `ridge` times the sum of their squares:
 * by Householder reflections with column pivoting, which squares no condition number as the normal equations would.
 * Columns that depend on others within rounding get the weight 0.
 * @param columns as many values each as `target` has; not changed
 * @param ridge 0 or more
 */
export function leastSquares(columns: readonly Float64Array[], target: Float64Array, ridge = 0): Float64Array {
  const width = columns.length;
  const height = target.length + (ridge > 0 ? width : 0);
  // With a ridge, one row more for each weight says that sqrt(ridge) * weight should be 0.
  const work = columns.map((column, index) => {
    const extended = new Float64Array(height);
    extended.set(column);
    if (ridge > 0) extended[target.length + index] = Math.sqrt(ridge);
    return extended;
  });
  const right = new Float64Array(height);
  right.set(target);
  const order = columns.map((_, index) => index);
  const diagonal: number[] = [];
  const largest = Math.max(0, ...work.map((column) => normFrom(column, 0)));
  for (let step = 0; step < Math.min(width, height); step += 1) {
    pivot(work, order, step);
    const length = normFrom(work[step]!, step);
    if (length <= Math.max(SMALLEST, largest * Math.max(height, width) * Number.EPSILON)) break;
    const reflector = work[step]!;
    const alpha = reflector[step]! > 0 ? -length : length;
    reflector[step]! -= alpha;
    const scale = 2 / dotFrom(reflector, reflector, step);
    for (let other = step + 1; other < width; other += 1) reflect(reflector, work[other]!, step, scale);
    reflect(reflector, right, step, scale);
    diagonal.push(alpha);
  }
  return solveUpper(work, right, order, diagonal);
}

/** Brings the column that is longest below the steps done to the front of the others. */
function pivot(work: Float64Array[], order: number[], step: number): void {
  let best = step;
  let bestLength = -1;
  for (let column = step; column < work.length; column += 1) {
    const length = dotFrom(work[column]!, work[column]!, step);
    if (length > bestLength) [best, bestLength] = [column, length];
  }
  [work[step], work[best]] = [work[best]!, work[step]!];
  [order[step], order[best]] = [order[best]!, order[step]!];
}

function solveUpper(
  work: readonly Float64Array[],
  right: Float64Array,
  order: readonly number[],
  diagonal: readonly number[],
): Float64Array {
  const weights = new Float64Array(order.length);
  for (let row = diagonal.length - 1; row >= 0; row -= 1) {
    let rest = right[row]!;
    for (let column = row + 1; column < diagonal.length; column += 1) rest -= work[column]![row]! * weights[order[column]!]!;
    weights[order[row]!] = rest / diagonal[row]!;
  }
  return weights;
}

function reflect(reflector: Float64Array, column: Float64Array, from: number, scale: number): void {
  const factor = scale * dotFrom(reflector, column, from);
  for (let row = from; row < column.length; row += 1) column[row]! -= factor * reflector[row]!;
}

function dotFrom(a: Float64Array, b: Float64Array, from: number): number {
  let sum = 0;
  for (let row = from; row < a.length; row += 1) sum += a[row]! * b[row]!;
  return sum;
}

function normFrom(column: Float64Array, from: number): number {
  return Math.sqrt(dotFrom(column, column, from));
}
