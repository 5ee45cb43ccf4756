import { codesOf } from '../categories.js';
import type { FeatureColumn } from '../table.js';

/** A fitted ensemble of trees: the scores are the sums of leaf values. Thresholds and leaf values are float32. */
export interface TreeModel {
  readonly kind: 'trees';
  /** The number of scores per row: 1 for a regression, one per class for a classification. */
  readonly outputCount: number;
  readonly features: readonly TreeFeature[];
  /** The constants to which the trees are added, one per score. */
  readonly initialScores: Float32Array;
  readonly trees: readonly Tree[];
}

/** A feature of the trees. A split of a text compares with one category; other values are not equal to any category. */
export type TreeFeature =
  | { readonly kind: 'number'; readonly name: string }
  | { readonly kind: 'text'; readonly name: string; readonly categories: readonly string[] };

/** A tree as arrays with one entry per node. Node 0 is the root. */
export interface Tree {
  /** The index of the score that the leaf values are added to. */
  readonly output: number;
  /** The index of the feature that the node splits by; -1 for a leaf. */
  readonly feature: Int32Array;
  /** Numbers up to the threshold go left, others right. For a text, the category with this code goes right, others left. */
  readonly threshold: Float32Array;
  /** 1 if missing numbers go left (LightGBM: default_left). */
  readonly missingGoesLeft: Uint8Array;
  /** The index of the left child; -1 for a leaf. */
  readonly left: Int32Array;
  /** The index of the right child; -1 for a leaf. */
  readonly right: Int32Array;
  /** The value of a leaf; 0 for an inner node. */
  readonly value: Float32Array;
}

/**
 * Returns the scores of every row, `outputCount` per row. `columns` are the model's features, in the model's order. The sums are exact
 * in float32, because leaf values are rounded (`round-leaves.ts`), so the order of the trees does not matter.
 */
export function treeScores({ outputCount, features, initialScores, trees }: TreeModel, columns: readonly FeatureColumn[]): Float32Array {
  const rowCount = columns[0]?.values.length ?? 0;
  const scores = new Float32Array(rowCount * outputCount);
  for (let position = 0; position < scores.length; position += 1) scores[position] = initialScores[position % outputCount]!;
  const values = columns.map((column, index) => toThresholdValues(column, features[index]!));
  const isText = features.map(({ kind }) => kind === 'text');
  for (const tree of trees) {
    for (let row = 0; row < rowCount; row += 1) scores[row * outputCount + tree.output]! += tree.value[leafOf(tree, values, isText, row)]!;
  }
  return scores;
}

/** Returns the values that thresholds are compared with: the numbers of a column, or the codes of its categories. */
function toThresholdValues(column: FeatureColumn, feature: TreeFeature): Float32Array {
  if (column.kind === 'number' || feature.kind === 'number') return (column as { values: Float32Array }).values;
  return Float32Array.from(codesOf(column.values, feature.categories));
}

function leafOf(tree: Tree, values: readonly Float32Array[], isText: readonly boolean[], row: number): number {
  let node = 0;
  for (;;) {
    const feature = tree.feature[node]!;
    if (feature < 0) return node;
    const value = values[feature]![row]!;
    const threshold = tree.threshold[node]!;
    const goesLeft = isText[feature] ? value !== threshold : value <= threshold || (value !== value && tree.missingGoesLeft[node] === 1);
    node = goesLeft ? tree.left[node]! : tree.right[node]!;
  }
}
