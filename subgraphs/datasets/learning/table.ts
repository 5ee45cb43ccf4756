/**
 * A column that a model predicts from, a value for each row. Numbers are what the runtime computes with, float32: finite, or NaN
 * where the value is missing. Truth values are the numbers 1 and 0. Text that is missing is ''.
 */
export type FeatureColumn =
  | { readonly kind: 'number'; readonly name: string; readonly values: Float32Array }
  | { readonly kind: 'text'; readonly name: string; readonly values: readonly string[] };

/** What a model learns to predict: numbers, or which of the classes each row is in, by the class's place in `classes`. */
export type Target =
  | { readonly kind: 'number'; readonly values: Float64Array }
  | { readonly kind: 'class'; readonly classes: readonly string[]; readonly codes: Int32Array };

/** Rows to learn from: every column and the target have a value for each. */
export interface Table {
  readonly rowCount: number;
  readonly features: readonly FeatureColumn[];
  readonly target: Target;
}

/** The numbers of rows of a table. */
export type Rows = Uint32Array;

export function allRows(rowCount: number): Rows {
  return Uint32Array.from({ length: rowCount }, (_, row) => row);
}

/** These rows of a column, in the order of `rows`. */
export function columnAt(column: FeatureColumn, rows: Rows): FeatureColumn {
  if (column.kind === 'text') return { ...column, values: Array.from(rows, (row) => column.values[row]!) };
  return { ...column, values: Float32Array.from(rows, (row) => column.values[row]!) };
}

function targetAt(target: Target, rows: Rows): Target {
  if (target.kind === 'class') return { ...target, codes: Int32Array.from(rows, (row) => target.codes[row]!) };
  return { ...target, values: Float64Array.from(rows, (row) => target.values[row]!) };
}

/** A table of these rows alone. */
export function tableAt({ features, target }: Table, rows: Rows): Table {
  return { rowCount: rows.length, features: features.map((column) => columnAt(column, rows)), target: targetAt(target, rows) };
}

/** How many scores a model gives for each row: one number, or one for each class. */
export function widthOf(target: Target): number {
  return target.kind === 'number' ? 1 : target.classes.length;
}
