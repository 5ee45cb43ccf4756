import { isDeepStrictEqual } from 'node:util';
import { badInput } from '../../shared/errors/coded-error.js';

const MAX_SAMPLE = 500;

export function validateReplay({ sample, tolerance }: { sample: number; tolerance: number }): void {
  if (sample < 1 || sample > MAX_SAMPLE) throw badInput(`sample must be between 1 and ${MAX_SAMPLE}; got ${sample}.`);
  if (tolerance < 0) throw badInput(`tolerance must not be negative; got ${tolerance}.`);
}

type Output = Readonly<Record<string, unknown>>;

/** True if two outputs agree: they have the same `label`, or a `prediction` within the tolerance, or else are equal in all parts. */
export function outputsAgree(before: Output, now: Output, tolerance: number): boolean {
  if (Object.hasOwn(before, 'label') && Object.hasOwn(now, 'label')) return before.label === now.label;
  if (typeof before.prediction === 'number' && typeof now.prediction === 'number')
    return isClose(before.prediction, now.prediction, tolerance);
  return isDeepStrictEqual(throughJson(before), throughJson(now));
}

const isClose = (a: number, b: number, tolerance: number): boolean => Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));

const throughJson = (output: Output): unknown => JSON.parse(JSON.stringify(output));

/** Returns the percentile of a list that is not empty, with linear interpolation as in PostgreSQL's percentile_cont. */
export function percentile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = fraction * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(position)]!, sorted[Math.ceil(position)]!];
  return low + (high - low) * (position - Math.floor(position));
}
