/**
 * A feature with one value per row. Numbers are float32, as in ONNX Runtime: finite, or NaN if the value is missing. Booleans are
 * the numbers 1 and 0. A missing text is ''.
 */
export type FeatureColumn =
  | { readonly kind: 'number'; readonly name: string; readonly values: Float32Array }
  | { readonly kind: 'text'; readonly name: string; readonly values: readonly string[] };

/** The values to predict: a number per row (regression), or a class per row (classification). `codes` holds each row's index in `classes`. */
export type Target =
  | { readonly kind: 'number'; readonly values: Float64Array }
  | { readonly kind: 'class'; readonly classes: readonly string[]; readonly codes: Int32Array };

/** Training data: the features and the target have `rowCount` values each. */
export interface Table {
  readonly rowCount: number;
  readonly features: readonly FeatureColumn[];
  readonly target: Target;
}

/** Row indexes of a table. */
export type Rows = Uint32Array;

/** Returns the indexes from 0 to `rowCount - 1`. */
export function allRows(rowCount: number): Rows {
  return Uint32Array.from({ length: rowCount }, (_, row) => row);
}

/** Returns the values of a column at these rows, in the order of `rows`. */
export function takeColumn(column: FeatureColumn, rows: Rows): FeatureColumn {
  if (column.kind === 'text') return { ...column, values: Array.from(rows, (row) => column.values[row]!) };
  return { ...column, values: Float32Array.from(rows, (row) => column.values[row]!) };
}

function takeTarget(target: Target, rows: Rows): Target {
  if (target.kind === 'class') return { ...target, codes: Int32Array.from(rows, (row) => target.codes[row]!) };
  return { ...target, values: Float64Array.from(rows, (row) => target.values[row]!) };
}

/** Returns a table of these rows, in the order of `rows`. */
export function takeRows({ features, target }: Table, rows: Rows): Table {
  return { rowCount: rows.length, features: features.map((column) => takeColumn(column, rows)), target: takeTarget(target, rows) };
}

/** Returns the number of scores per row of a model that predicts this target: 1 for a regression, one per class for a classification. */
export function outputCountOf(target: Target): number {
  return target.kind === 'number' ? 1 : target.classes.length;
}
