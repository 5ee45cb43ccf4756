/** The shortest column that is used: the square of a shorter one may underflow. */
const MIN_LENGTH = 1e-150;

/**
 * Returns the coefficients that minimize the sum of the squares of `columns * coefficients - target` plus `ridge` times the sum
 * of the squared coefficients. Uses QR decomposition by Householder reflections with column pivoting (Golub and Van Loan, Matrix
 * Computations, section 5.4.2), because the normal equations would square the condition number. A column that depends linearly
 * on others, within rounding, gets the coefficient 0.
 * @param columns columns with as many values as `target`; not changed
 * @param ridge the regularization strength, 0 or more
 */
export function leastSquares(columns: readonly Float64Array[], target: Float64Array, ridge = 0): Float64Array {
  const width = columns.length;
  const height = target.length + (ridge > 0 ? width : 0);
  // The penalty is one more equation for each coefficient: sqrt(ridge) * coefficient = 0.
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
    if (length <= Math.max(MIN_LENGTH, largest * Math.max(height, width) * Number.EPSILON)) break;
    const reflector = work[step]!;
    const alpha = reflector[step]! > 0 ? -length : length;
    reflector[step]! -= alpha;
    const scale = 2 / dotFrom(reflector, reflector, step);
    for (let other = step + 1; other < width; other += 1) applyReflection(reflector, work[other]!, step, scale);
    applyReflection(reflector, right, step, scale);
    diagonal.push(alpha);
  }
  return backSubstitute(work, right, order, diagonal);
}

/** Swaps the column with the largest norm below row `step` to the position `step`. */
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

/** Solves the upper triangular system, whose diagonal is given apart, and puts the coefficients into the order before pivoting. */
function backSubstitute(
  work: readonly Float64Array[],
  right: Float64Array,
  order: readonly number[],
  diagonal: readonly number[],
): Float64Array {
  const coefficients = new Float64Array(order.length);
  for (let row = diagonal.length - 1; row >= 0; row -= 1) {
    let remainder = right[row]!;
    for (let column = row + 1; column < diagonal.length; column += 1) remainder -= work[column]![row]! * coefficients[order[column]!]!;
    coefficients[order[row]!] = remainder / diagonal[row]!;
  }
  return coefficients;
}

/** Applies a Householder reflection to a column, in place. */
function applyReflection(reflector: Float64Array, column: Float64Array, from: number, scale: number): void {
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
