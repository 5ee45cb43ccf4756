import { isDeepStrictEqual } from 'node:util';
import { badInput } from '../../shared/errors/coded-error.js';

const MAX_SAMPLE = 500;

export function checkReplay({ sample, tolerance }: { sample: number; tolerance: number }): void {
  if (sample < 1 || sample > MAX_SAMPLE) throw badInput(`"sample" must be between 1 and ${MAX_SAMPLE}.`);
  if (tolerance < 0) throw badInput('"tolerance" must not be negative.');
}

type Output = Readonly<Record<string, unknown>>;

/** Whether two answers come to the same: the same label, a number within the tolerance, or all outputs alike. */
export function agrees(before: Output, now: Output, tolerance: number): boolean {
  if (Object.hasOwn(before, 'label') && Object.hasOwn(now, 'label')) return before.label === now.label;
  if (typeof before.prediction === 'number' && typeof now.prediction === 'number')
    return close(before.prediction, now.prediction, tolerance);
  return isDeepStrictEqual(plain(before), plain(now));
}

const close = (one: number, other: number, tolerance: number): boolean =>
  Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(one), Math.abs(other));

const plain = (output: Output): unknown => JSON.parse(JSON.stringify(output));

/** The value that a share of the values does not exceed, between two neighbours in proportion. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place - Math.floor(place));
}
