import { codesOf } from '../categories.js';
import type { FeatureColumn } from '../table.js';

/** Trees whose leaves add up to scores. Thresholds and leaves are float32. */
export interface TreeModel {
  readonly kind: 'trees';
  /** How many scores it gives. */
  readonly width: number;
  readonly features: readonly TreeFeature[];
  /** What every row's scores begin with. */
  readonly base: Float32Array;
  readonly trees: readonly Tree[];
}

/** A text is asked for one of its categories; those that are none of them are not the category that is asked for. */
export type TreeFeature =
  | { readonly kind: 'number'; readonly name: string }
  | { readonly kind: 'text'; readonly name: string; readonly categories: readonly string[] };

/** One tree. Node 0 is the root. A node is a leaf where its feature is -1. */
export interface Tree {
  /** Which score its leaves add to. */
  readonly output: number;
  /** The place of the feature that the node asks for. */
  readonly feature: Int32Array;
  /** A number up to this goes left, a greater one right. A text whose category has this code goes right, others left. */
  readonly threshold: Float32Array;
  /** 1 where a missing number goes left. */
  readonly missingLeft: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** What a leaf adds. */
  readonly value: Float32Array;
}

/**
 * The scores of every row, `width` for each. `columns` are the model's features, in its order. A model's leaves are rounded so that the
 * sums are exact in float32 (see `round-leaves.ts`): every order of adding gives these bits.
 */
export function treeScores({ width, features, base, trees }: TreeModel, columns: readonly FeatureColumn[]): Float32Array {
  const rowCount = columns[0]?.values.length ?? 0;
  const scores = new Float32Array(rowCount * width);
  for (let place = 0; place < scores.length; place += 1) scores[place] = base[place % width]!;
  const values = columns.map((column, index) => comparable(column, features[index]!));
  const isText = features.map(({ kind }) => kind === 'text');
  for (const tree of trees) {
    for (let row = 0; row < rowCount; row += 1) scores[row * width + tree.output]! += tree.value[leafOf(tree, values, isText, row)]!;
  }
  return scores;
}

/** The numbers of a column, or the codes of its categories. */
function comparable(column: FeatureColumn, feature: TreeFeature): Float32Array {
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
    const goesLeft = isText[feature] ? value !== threshold : value <= threshold || (value !== value && tree.missingLeft[node] === 1);
    node = goesLeft ? tree.left[node]! : tree.right[node]!;
  }
}
