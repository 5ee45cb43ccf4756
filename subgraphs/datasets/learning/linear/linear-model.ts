import { codesOf } from '../categories.js';
import type { FeatureColumn } from '../table.js';

/**
 * A model whose scores are sums of what each feature adds. All its numbers are float32, and `linearScores` adds them in the order in
 * which the exported graph does, so that both answer the same bits.
 */
export interface LinearModel {
  readonly kind: 'linear';
  /** How many scores it gives. */
  readonly width: number;
  readonly features: readonly LinearFeature[];
  /** What every row's scores begin with. */
  readonly bias: Float32Array;
}

export type LinearFeature =
  | {
      readonly kind: 'number';
      readonly name: string;
      /** A number is taken as (number - center) * scale; a missing one as 0, which stands for the mean. */
      readonly center: number;
      readonly scale: number;
      /** What 1 adds to each score. */
      readonly weights: Float32Array;
    }
  | {
      readonly kind: 'text';
      readonly name: string;
      readonly categories: readonly string[];
      /** What each category adds to each score: `width` numbers for each. Others add 0. */
      readonly weights: Float32Array;
    };

/** A number further from the mean, in standard deviations, counts as this far: scores stay finite for every float32. */
export const MAX_DEVIATIONS = 1e6;

/** The scores of every row, `width` for each. `columns` are the model's features, in its order. */
export function linearScores({ width, features, bias }: LinearModel, columns: readonly FeatureColumn[]): Float32Array {
  const rowCount = columns[0]?.values.length ?? 0;
  const scores = new Float32Array(rowCount * width);
  for (const { kind, index } of inOrderOfSum(features)) {
    const feature = features[index]!;
    const column = columns[index]!;
    if (kind === 'number') addNumbers(scores, feature as NumberFeature, (column as NumberColumn).values);
    else addCategories(scores, feature as TextFeature, (column as TextColumn).values, width);
  }
  // Float32Array rounds each sum that is written into it.
  for (let place = 0; place < scores.length; place += 1) scores[place]! += bias[place % width]!;
  return scores;
}

/** The numbers first, then the texts: the graph has one tensor of each. */
export function inOrderOfSum(features: readonly { kind: 'number' | 'text' }[]): { kind: 'number' | 'text'; index: number }[] {
  const placed = features.map(({ kind }, index) => ({ kind, index }));
  return [...placed.filter(({ kind }) => kind === 'number'), ...placed.filter(({ kind }) => kind === 'text')];
}

type NumberFeature = Extract<LinearFeature, { kind: 'number' }>;
type TextFeature = Extract<LinearFeature, { kind: 'text' }>;
type NumberColumn = Extract<FeatureColumn, { kind: 'number' }>;
type TextColumn = Extract<FeatureColumn, { kind: 'text' }>;

function addNumbers(scores: Float32Array, { center, scale, weights }: NumberFeature, values: Float32Array): void {
  const width = weights.length;
  for (let row = 0; row < values.length; row += 1) {
    const scaled = scaledValue(values[row]!, center, scale);
    for (let index = 0; index < width; index += 1) scores[row * width + index]! += Math.fround(scaled * weights[index]!);
  }
}

export function scaledValue(value: number, center: number, scale: number): number {
  if (Number.isNaN(value)) return 0;
  const scaled = Math.fround(Math.fround(value - center) * scale);
  return Math.min(MAX_DEVIATIONS, Math.max(-MAX_DEVIATIONS, scaled));
}

function addCategories(scores: Float32Array, { categories, weights }: TextFeature, values: readonly string[], width: number): void {
  codesOf(values, categories).forEach((code, row) => {
    if (code === categories.length) return;
    for (let index = 0; index < width; index += 1) scores[row * width + index]! += weights[code * width + index]!;
  });
}
