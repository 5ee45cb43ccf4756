import { categoriesOf, codesOf } from '../categories.js';
import type { FeatureColumn } from '../table.js';
import { scaledValue, type LinearFeature, type LinearModel } from './linear-model.js';

/** A feature as a linear model learns from it, before it has weights: its columns of the design matrix. */
interface PreparedFeature {
  /** The feature with the weights of its columns, `width` for each column. */
  readonly withWeights: (weights: Float32Array) => LinearFeature;
  readonly columns: readonly Float64Array[];
}

/** The features as a matrix of numbers. */
export interface Design {
  /** Its columns, a value for each row. */
  readonly columns: readonly Float64Array[];
  /** The model with these weights, `width` for each column, and this bias. */
  readonly model: (weights: Float64Array, bias: Float64Array) => LinearModel;
}

/**
 * Prepares features for a linear model: numbers get the mean 0 and the standard deviation 1, missing ones the mean; each category
 * of a text becomes a column of ones and zeros.
 */
export function designOf(features: readonly FeatureColumn[]): Design {
  const prepared = features.map(prepare);
  return {
    columns: prepared.flatMap((feature) => feature.columns),
    model: (weights, bias) => {
      const width = bias.length;
      let from = 0;
      const weighted = prepared.map((feature) => {
        const to = from + feature.columns.length * width;
        const own = Float32Array.from(weights.subarray(from, to));
        from = to;
        return feature.withWeights(own);
      });
      return { kind: 'linear', width, features: weighted, bias: Float32Array.from(bias) };
    },
  };
}

function prepare(column: FeatureColumn): PreparedFeature {
  const { name } = column;
  if (column.kind === 'text') {
    const categories = categoriesOf(column.values);
    const codes = codesOf(column.values, categories);
    const columns = categories.map((_, code) => Float64Array.from(codes, (own) => Number(own === code)));
    return { columns, withWeights: (weights) => ({ kind: 'text', name, categories, weights }) };
  }
  const { center, scale } = scaling(column.values);
  const values = Float64Array.from(column.values, (value) => scaledValue(value, center, scale));
  return { columns: [values], withWeights: (weights) => ({ kind: 'number', name, center, scale, weights }) };
}

/** The mean, and one over the standard deviation, of the values that are there, as float32. A column that does not vary is only centered. */
function scaling(values: Float32Array): { center: number; scale: number } {
  let count = 0;
  let sum = 0;
  for (const value of values) if (!Number.isNaN(value)) [count, sum] = [count + 1, sum + value];
  if (count === 0) return { center: 0, scale: 1 };
  const center = Math.fround(sum / count);
  let squares = 0;
  for (const value of values) if (!Number.isNaN(value)) squares += (value - center) ** 2;
  const scale = Math.fround(1 / Math.sqrt(squares / count));
  return { center, scale: Number.isFinite(scale) && scale > 0 ? scale : 1 };
}
