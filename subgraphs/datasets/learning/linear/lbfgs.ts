/** A function's value at a point; writes its gradient there into `gradient`. */
export type Evaluate = (point: Float64Array, gradient: Float64Array) => number;

export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** Whether the gradient became as small as asked. */
  readonly converged: boolean;
}

const MEMORY = 10;

/**
 * Minimizes a smooth convex function from the point on: limited-memory BFGS with a backtracking line search (Nocedal and
 * Wright, algorithm 7.4). It ends where no part of the gradient exceeds the tolerance, or where steps no longer lessen the value.
 */
export function minimize(
  evaluate: Evaluate,
  start: Float64Array,
  { maxIterations, tolerance }: { maxIterations: number; tolerance: number },
  onIteration: (iteration: number, value: number) => void = () => undefined,
): Minimum {
  let point = Float64Array.from(start);
  let gradient = new Float64Array(point.length);
  let value = evaluate(point, gradient);
  const steps: Step[] = [];
  for (let iteration = 0; ; iteration += 1) {
    if (largest(gradient) <= tolerance) return { point, value, iterations: iteration, converged: true };
    if (iteration === maxIterations) return { point, value, iterations: iteration, converged: false };
    const direction = descent(gradient, steps);
    const slope = dot(direction, gradient);
    // The first step has no curvature to go by.
    let size = steps.length === 0 ? Math.min(1, 1 / norm(gradient)) : 1;
    const next = new Float64Array(point.length);
    const nextGradient = new Float64Array(point.length);
    let nextValue = Infinity;
    for (let attempt = 0; attempt < 40; attempt += 1, size /= 2) {
      for (let index = 0; index < point.length; index += 1) next[index] = point[index]! + size * direction[index]!;
      nextValue = evaluate(next, nextGradient);
      if (nextValue <= value + 1e-4 * size * slope) break;
    }
    // Within rounding of the minimum no step helps any more.
    if (!(nextValue < value)) return { point, value, iterations: iteration, converged: largest(gradient) <= 1e3 * tolerance };
    remember(steps, difference(next, point), difference(nextGradient, gradient));
    [point, gradient, value] = [next, nextGradient, nextValue];
    onIteration(iteration + 1, value);
  }
}

/** How the point and the gradient changed, and one over their product. */
interface Step {
  readonly moved: Float64Array;
  readonly turned: Float64Array;
  readonly inverse: number;
}

function remember(steps: Step[], moved: Float64Array, turned: Float64Array): void {
  const curvature = dot(moved, turned);
  if (curvature <= Number.EPSILON * dot(turned, turned)) return;
  steps.push({ moved, turned, inverse: 1 / curvature });
  if (steps.length > MEMORY) steps.shift();
}

/** Minus the gradient times the remembered curvature's inverse: the two-loop recursion. */
function descent(gradient: Float64Array, steps: readonly Step[]): Float64Array {
  const direction = gradient.map((part) => -part);
  const factors = new Float64Array(steps.length);
  for (let index = steps.length - 1; index >= 0; index -= 1) {
    const { moved, turned, inverse } = steps[index]!;
    factors[index] = inverse * dot(moved, direction);
    add(direction, turned, -factors[index]!);
  }
  const last = steps.at(-1);
  if (last) {
    const scale = 1 / (last.inverse * dot(last.turned, last.turned));
    for (let index = 0; index < direction.length; index += 1) direction[index]! *= scale;
  }
  steps.forEach(({ moved, turned, inverse }, index) => add(direction, moved, factors[index]! - inverse * dot(turned, direction)));
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += a[index]! * b[index]!;
  return sum;
}

function add(to: Float64Array, values: Float64Array, factor: number): void {
  for (let index = 0; index < to.length; index += 1) to[index]! += factor * values[index]!;
}

const norm = (values: Float64Array) => Math.sqrt(dot(values, values));
const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const difference = (a: Float64Array, b: Float64Array) => a.map((value, index) => value - b[index]!);
