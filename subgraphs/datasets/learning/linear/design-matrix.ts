import { categoriesOf, codesOf } from '../categories.js';
import type { FeatureColumn } from '../table.js';
import { scaledValue, type LinearFeature, type LinearModel } from './linear-model.js';

/** A feature as columns of the design matrix: one of a number, one per category of a text. */
interface EncodedFeature {
  /** Returns the fitted feature. `coefficients` has one value per column and score, column by column. */
  readonly withCoefficients: (coefficients: Float32Array) => LinearFeature;
  readonly columns: readonly Float64Array[];
}

/** The encoded features of a linear model. */
export interface DesignMatrix {
  /** The columns, with one value per row each. */
  readonly columns: readonly Float64Array[];
  /** Returns the fitted model. `coefficients` has one value per column and score, column by column; `intercept` one per score. */
  readonly model: (coefficients: Float64Array, intercept: Float64Array) => LinearModel;
}

/**
 * Encodes features for a linear model. Numbers are standardized to mean 0 and standard deviation 1 (StandardScaler), and missing
 * ones replaced by the mean (SimpleImputer). Texts are one-hot encoded.
 */
export function designMatrixOf(features: readonly FeatureColumn[]): DesignMatrix {
  const encoded = features.map(encode);
  return {
    columns: encoded.flatMap((feature) => feature.columns),
    model: (coefficients, intercept) => {
      const outputCount = intercept.length;
      let from = 0;
      const fitted = encoded.map((feature) => {
        const to = from + feature.columns.length * outputCount;
        const featureCoefficients = Float32Array.from(coefficients.subarray(from, to));
        from = to;
        return feature.withCoefficients(featureCoefficients);
      });
      return { kind: 'linear', outputCount, features: fitted, intercept: Float32Array.from(intercept) };
    },
  };
}

function encode(column: FeatureColumn): EncodedFeature {
  const { name } = column;
  if (column.kind === 'text') {
    const categories = categoriesOf(column.values);
    const codes = codesOf(column.values, categories);
    const columns = categories.map((_, code) => Float64Array.from(codes, (rowCode) => Number(rowCode === code)));
    return { columns, withCoefficients: (coefficients) => ({ kind: 'text', name, categories, coefficients }) };
  }
  const { center, scale } = standardScaling(column.values);
  const values = Float64Array.from(column.values, (value) => scaledValue(value, center, scale));
  return { columns: [values], withCoefficients: (coefficients) => ({ kind: 'number', name, center, scale, coefficients }) };
}

/** Returns the mean and the reciprocal of the standard deviation of the present values, as float32. A constant column gets the scale 1. */
function standardScaling(values: Float32Array): { center: number; scale: number } {
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
