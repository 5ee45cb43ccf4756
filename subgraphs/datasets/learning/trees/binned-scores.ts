import type { BinnedColumn } from './bins.js';
import type { Tree } from './tree-model.js';

/** Adds a tree's leaves to the scores of the rows that pass, from the rows' bins. */
export function addTree(tree: Tree, columns: readonly BinnedColumn[], scores: Float64Array, passes: (row: number) => boolean): void {
  // For each branch, whether a row of each bin goes left.
  const ways = Array.from(tree.feature, (feature, node) => (feature < 0 ? null : waysOf(tree, node, columns[feature]!)));
  for (let row = 0; row < scores.length; row += 1) {
    if (!passes(row)) continue;
    let node = 0;
    for (let ways_ = ways[node]; ways_; ways_ = ways[node]) {
      const bin = columns[tree.feature[node]!]!.bins[row]!;
      node = ways_[bin] === 1 ? tree.left[node]! : tree.right[node]!;
    }
    scores[row]! += tree.value[node]!;
  }
}

function waysOf(tree: Tree, node: number, { feature, binCount, upperBounds }: BinnedColumn): Uint8Array {
  const threshold = tree.threshold[node]!;
  return Uint8Array.from({ length: binCount }, (_, bin) => {
    if (feature.kind === 'text') return Number(bin !== threshold);
    if (bin === binCount - 1) return tree.missingLeft[node]!;
    return Number(bin < upperBounds.length && upperBounds[bin]! <= threshold);
  });
}
