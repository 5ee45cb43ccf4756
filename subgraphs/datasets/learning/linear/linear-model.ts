import { codesOf } from '../categories.js';
import type { FeatureColumn } from '../table.js';

/**
 * A fitted linear model. All its numbers are float32, and `linearScores` adds terms in the order of the exported ONNX graph, so that
 * both give bit-identical scores.
 */
export interface LinearModel {
  readonly kind: 'linear';
  /** The number of scores per row: 1 for a regression, one per class for a classification. */
  readonly outputCount: number;
  readonly features: readonly LinearFeature[];
  /** One value per score. */
  readonly intercept: Float32Array;
}

/** A feature with its fitted coefficients. */
export type LinearFeature =
  | {
      readonly kind: 'number';
      readonly name: string;
      /** A number is standardized as (number - center) * scale. A missing number counts as 0, which is the mean. */
      readonly center: number;
      readonly scale: number;
      /** One value per score. */
      readonly coefficients: Float32Array;
    }
  | {
      readonly kind: 'text';
      readonly name: string;
      readonly categories: readonly string[];
      /** One value per category and score, category by category. Other values add 0 to the scores. */
      readonly coefficients: Float32Array;
    };

/** The limit to which standardized numbers are clipped, so that scores are finite for every float32 input. */
export const MAX_DEVIATIONS = 1e6;

/** Returns the scores of every row, `outputCount` per row. `columns` are the model's features, in the model's order. */
export function linearScores({ outputCount, features, intercept }: LinearModel, columns: readonly FeatureColumn[]): Float32Array {
  const rowCount = columns[0]?.values.length ?? 0;
  const scores = new Float32Array(rowCount * outputCount);
  for (const { kind, index } of inSummationOrder(features)) {
    const feature = features[index]!;
    const column = columns[index]!;
    if (kind === 'number') addNumbers(scores, feature as NumberFeature, (column as NumberColumn).values);
    else addCategories(scores, feature as TextFeature, (column as TextColumn).values, outputCount);
  }
  // Float32Array rounds each sum to float32, as the runtime does.
  for (let position = 0; position < scores.length; position += 1) scores[position]! += intercept[position % outputCount]!;
  return scores;
}

/** Returns the features in the order of the summation: numbers before texts, because the graph puts all numbers into one tensor. */
export function inSummationOrder(features: readonly { kind: 'number' | 'text' }[]): { kind: 'number' | 'text'; index: number }[] {
  const indexed = features.map(({ kind }, index) => ({ kind, index }));
  return [...indexed.filter(({ kind }) => kind === 'number'), ...indexed.filter(({ kind }) => kind === 'text')];
}

type NumberFeature = Extract<LinearFeature, { kind: 'number' }>;
type TextFeature = Extract<LinearFeature, { kind: 'text' }>;
type NumberColumn = Extract<FeatureColumn, { kind: 'number' }>;
type TextColumn = Extract<FeatureColumn, { kind: 'text' }>;

function addNumbers(scores: Float32Array, { center, scale, coefficients }: NumberFeature, values: Float32Array): void {
  const width = coefficients.length;
  for (let row = 0; row < values.length; row += 1) {
    const scaled = scaledValue(values[row]!, center, scale);
    for (let index = 0; index < width; index += 1) scores[row * width + index]! += Math.fround(scaled * coefficients[index]!);
  }
}

/** Returns the standardized and clipped value as float32; 0 for a missing one. */
export function scaledValue(value: number, center: number, scale: number): number {
  if (Number.isNaN(value)) return 0;
  const scaled = Math.fround(Math.fround(value - center) * scale);
  return Math.min(MAX_DEVIATIONS, Math.max(-MAX_DEVIATIONS, scaled));
}

function addCategories(scores: Float32Array, { categories, coefficients }: TextFeature, values: readonly string[], width: number): void {
  codesOf(values, categories).forEach((code, row) => {
    if (code === categories.length) return;
    for (let index = 0; index < width; index += 1) scores[row * width + index]! += coefficients[code * width + index]!;
  });
}
