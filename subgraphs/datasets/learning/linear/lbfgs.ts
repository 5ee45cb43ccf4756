/** Returns the value of a function at a point and writes its gradient at the point into `gradient`. */
export type ObjectiveFunction = (point: Float64Array, gradient: Float64Array) => number;

/** The result of a minimization. */
export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** True if the gradient is within the tolerance, or within 1000 times the tolerance if rounding ended the search. */
  readonly converged: boolean;
}

/** The number of correction pairs that approximate the Hessian: `m` of Nocedal and Wright. */
const MEMORY = 10;
/** The parameter c1 of the sufficient decrease (Armijo) condition. */
const SUFFICIENT_DECREASE = 1e-4;
const MAX_BACKTRACKS = 40;

/**
 * Minimizes a smooth convex function, starting at `start`, by L-BFGS with a backtracking line search (Nocedal and Wright,
 * Numerical Optimization, 2nd edition, algorithm 7.5). Stops when the largest component of the gradient is within the tolerance,
 * when no step decreases the value, or after `maxIterations`.
 */
export function minimize(
  objective: ObjectiveFunction,
  start: Float64Array,
  { maxIterations, tolerance }: { maxIterations: number; tolerance: number },
  onIteration: (iteration: number, value: number) => void = () => undefined,
): Minimum {
  let point = Float64Array.from(start);
  let gradient = new Float64Array(point.length);
  let value = objective(point, gradient);
  const corrections: CorrectionPair[] = [];
  for (let iteration = 0; ; iteration += 1) {
    if (maxNorm(gradient) <= tolerance) return { point, value, iterations: iteration, converged: true };
    if (iteration === maxIterations) return { point, value, iterations: iteration, converged: false };
    const direction = searchDirection(gradient, corrections);
    const slope = dot(direction, gradient);
    // Without a correction pair the direction is the negative gradient, whose length says nothing about the distance to the minimum.
    let size = corrections.length === 0 ? Math.min(1, 1 / norm(gradient)) : 1;
    const next = new Float64Array(point.length);
    const nextGradient = new Float64Array(point.length);
    let nextValue = Infinity;
    for (let attempt = 0; attempt < MAX_BACKTRACKS; attempt += 1, size /= 2) {
      for (let index = 0; index < point.length; index += 1) next[index] = point[index]! + size * direction[index]!;
      nextValue = objective(next, nextGradient);
      if (nextValue <= value + SUFFICIENT_DECREASE * size * slope) break;
    }
    // So close to the minimum that rounding errors hide any decrease.
    if (!(nextValue < value)) return { point, value, iterations: iteration, converged: maxNorm(gradient) <= 1e3 * tolerance };
    addCorrection(corrections, difference(next, point), difference(nextGradient, gradient));
    [point, gradient, value] = [next, nextGradient, nextValue];
    onIteration(iteration + 1, value);
  }
}

/** The change of the point (s) and of the gradient (y) in one iteration, and 1 / (s . y). */
interface CorrectionPair {
  readonly pointChange: Float64Array;
  readonly gradientChange: Float64Array;
  readonly inverse: number;
}

/** Keeps a pair unless its curvature is not positive, which would make the approximated Hessian indefinite. */
function addCorrection(corrections: CorrectionPair[], pointChange: Float64Array, gradientChange: Float64Array): void {
  const curvature = dot(pointChange, gradientChange);
  if (curvature <= Number.EPSILON * dot(gradientChange, gradientChange)) return;
  corrections.push({ pointChange, gradientChange, inverse: 1 / curvature });
  if (corrections.length > MEMORY) corrections.shift();
}

/** Returns the negative product of the approximated inverse Hessian and the gradient: the two-loop recursion (algorithm 7.4). */
function searchDirection(gradient: Float64Array, corrections: readonly CorrectionPair[]): Float64Array {
  const direction = gradient.map((part) => -part);
  const factors = new Float64Array(corrections.length);
  for (let index = corrections.length - 1; index >= 0; index -= 1) {
    const { pointChange, gradientChange, inverse } = corrections[index]!;
    factors[index] = inverse * dot(pointChange, direction);
    addScaled(direction, gradientChange, -factors[index]!);
  }
  const last = corrections.at(-1);
  if (last) {
    const scale = 1 / (last.inverse * dot(last.gradientChange, last.gradientChange));
    for (let index = 0; index < direction.length; index += 1) direction[index]! *= scale;
  }
  corrections.forEach(({ pointChange, gradientChange, inverse }, index) =>
    addScaled(direction, pointChange, factors[index]! - inverse * dot(gradientChange, direction)),
  );
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += a[index]! * b[index]!;
  return sum;
}

/** Adds `factor` times the values to `to`, in place. */
function addScaled(to: Float64Array, values: Float64Array, factor: number): void {
  for (let index = 0; index < to.length; index += 1) to[index]! += factor * values[index]!;
}

const norm = (values: Float64Array) => Math.sqrt(dot(values, values));
const maxNorm = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const difference = (a: Float64Array, b: Float64Array) => a.map((value, index) => value - b[index]!);
