import type { BinnedColumn } from './bins.js';
import type { Tree } from './tree-model.js';

/** Adds the leaf values of a tree to the scores of those rows for which `includes` is true. Reads the rows' bins. */
export function addTreeToScores(
  tree: Tree,
  columns: readonly BinnedColumn[],
  scores: Float64Array,
  includes: (row: number) => boolean,
): void {
  // For each inner node, 1 at each bin that goes left.
  const goesLeft = Array.from(tree.feature, (feature, node) => (feature < 0 ? null : binsThatGoLeft(tree, node, columns[feature]!)));
  for (let row = 0; row < scores.length; row += 1) {
    if (!includes(row)) continue;
    let node = 0;
    for (let ofNode = goesLeft[node]; ofNode; ofNode = goesLeft[node]) {
      const bin = columns[tree.feature[node]!]!.bins[row]!;
      node = ofNode[bin] === 1 ? tree.left[node]! : tree.right[node]!;
    }
    scores[row]! += tree.value[node]!;
  }
}

function binsThatGoLeft(tree: Tree, node: number, { feature, binCount, upperBounds }: BinnedColumn): Uint8Array {
  const threshold = tree.threshold[node]!;
  return Uint8Array.from({ length: binCount }, (_, bin) => {
    if (feature.kind === 'text') return Number(bin !== threshold);
    if (bin === binCount - 1) return tree.missingGoesLeft[node]!;
    return Number(bin < upperBounds.length && upperBounds[bin]! <= threshold);
  });
}
