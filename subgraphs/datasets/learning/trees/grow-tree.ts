import type { Rows } from '../table.js';
import { findBestSplit, type Split, type SplitConstraints, type GradientSums } from './find-best-split.js';
import type { BinnedColumn } from './bins.js';
import { subtract, type Histogram, type Histograms } from './histogram.js';
import type { Tree } from './tree-model.js';

/** The hyperparameters of a single tree. */
export interface TreeHyperparameters extends SplitConstraints {
  readonly maxLeaves: number;
  readonly maxDepth: number;
  /** The shrinkage of the leaf values. */
  readonly learningRate: number;
}

/** A leaf of a growing tree. */
interface Leaf {
  readonly node: number;
  readonly depth: number;
  readonly rows: Rows;
  readonly sums: GradientSums;
  /** Null if the leaf cannot be split. */
  readonly histogram: Histogram | null;
  readonly split: Split | null;
}

/** The arrays of a `Tree` while nodes are added. */
interface TreeBuilder {
  readonly feature: number[];
  readonly threshold: number[];
  readonly missingGoesLeft: number[];
  readonly left: number[];
  readonly right: number[];
  readonly value: number[];
}

/**
 * Grows a tree leaf-wise (best-first) from these rows, as LightGBM does: splits the leaf with the largest gain until the tree has
 * `maxLeaves` leaves. Then adds the value of its leaf to the score of each of the rows.
 */
export function growTree(
  columns: readonly BinnedColumn[],
  histograms: Histograms,
  rows: Rows,
  gradients: Float64Array,
  hessians: Float64Array,
  hyperparameters: TreeHyperparameters,
  output: number,
  scores: Float64Array,
): Tree {
  const tree: TreeBuilder = { feature: [], threshold: [], missingGoesLeft: [], left: [], right: [], value: [] };
  const leaf = (node: number, depth: number, leafRows: Rows, sums: GradientSums, histogram: Histogram | null): Leaf => {
    const split = histogram && findBestSplit(histogram, columns, histograms.offsets, sums, hyperparameters);
    return { node, depth, rows: leafRows, sums, histogram, split };
  };
  const canSplit = (depth: number, count: number) => depth < hyperparameters.maxDepth && count >= 2 * hyperparameters.minRows;
  const rootHistogram = canSplit(0, rows.length) ? histograms.of(rows, gradients, hessians) : null;
  const leaves = [leaf(addNode(tree), 0, rows, sumOf(rows, gradients, hessians), rootHistogram)];
  while (leaves.length < hyperparameters.maxLeaves) {
    const index = leafWithLargestGain(leaves);
    if (index < 0) break;
    const { node, depth, rows: leafRows, histogram, split } = leaves[index]!;
    const [left, right] = partition(leafRows, columns[split!.column]!, split!);
    const [small, large] = left.length <= right.length ? [left, right] : [right, left];
    if (small.length < hyperparameters.minRows) {
      leaves[index] = { ...leaves[index]!, split: null };
      continue;
    }
    const children = [addNode(tree), addNode(tree)] as const;
    splitNode(tree, node, split!, columns[split!.column]!, children);
    // Only the histogram of the smaller child is built. That of the larger child is the difference to the parent's (LightGBM).
    const smallHistogram = canSplit(depth + 1, large.length) ? histograms.of(small, gradients, hessians) : null;
    const largeHistogram = smallHistogram && subtract(histogram!, smallHistogram);
    const [leftHistogram, rightHistogram] = small === left ? [smallHistogram, largeHistogram] : [largeHistogram, smallHistogram];
    leaves[index] = leaf(children[0], depth + 1, left, sumOf(left, gradients, hessians), leftHistogram);
    leaves.push(leaf(children[1], depth + 1, right, sumOf(right, gradients, hessians), rightHistogram));
  }
  for (const { node, rows: leafRows, sums } of leaves) {
    const value = (-hyperparameters.learningRate * sums.gradient) / (sums.hessian + hyperparameters.l2 || 1);
    tree.value[node] = value;
    for (let position = 0; position < leafRows.length; position += 1) scores[leafRows[position]!]! += value;
  }
  return toTree(tree, output);
}

function sumOf(rows: Rows, gradients: Float64Array, hessians: Float64Array): GradientSums {
  let gradient = 0;
  let hessian = 0;
  for (let position = 0; position < rows.length; position += 1) {
    gradient += gradients[rows[position]!]!;
    hessian += hessians[rows[position]!]!;
  }
  return { gradient, hessian, count: rows.length };
}

function leafWithLargestGain(leaves: readonly Leaf[]): number {
  let best = -1;
  leaves.forEach(({ split }, index) => {
    if (split && (best < 0 || split.gain > leaves[best]!.split!.gain)) best = index;
  });
  return best;
}

/** Returns true if rows of the bin `rowBin` go left. */
export function goesLeft(
  { feature, binCount }: BinnedColumn,
  { bin, missingGoesLeft }: Pick<Split, 'bin' | 'missingGoesLeft'>,
  rowBin: number,
): boolean {
  if (feature.kind === 'text') return rowBin !== bin;
  return rowBin === binCount - 1 ? missingGoesLeft : rowBin <= bin;
}

function partition(rows: Rows, column: BinnedColumn, split: Split): [Rows, Rows] {
  const isLeft = Uint8Array.from({ length: column.binCount }, (_, bin) => Number(goesLeft(column, split, bin)));
  const { bins } = column;
  let leftCount = 0;
  for (let position = 0; position < rows.length; position += 1) leftCount += isLeft[bins[rows[position]!]!]!;
  const left = new Uint32Array(leftCount);
  const right = new Uint32Array(rows.length - leftCount);
  // Each row is written to both sides and one index advances: this avoids a branch that the processor would often mispredict.
  for (let position = 0, leftEnd = 0; position < rows.length; position += 1) {
    const row = rows[position]!;
    left[leftEnd] = row;
    right[position - leftEnd] = row;
    leftEnd += isLeft[bins[row]!]!;
  }
  return [left, right];
}

function addNode(tree: TreeBuilder): number {
  tree.feature.push(-1);
  tree.threshold.push(0);
  tree.missingGoesLeft.push(0);
  tree.left.push(-1);
  tree.right.push(-1);
  return tree.value.push(0) - 1;
}

function splitNode(tree: TreeBuilder, node: number, split: Split, column: BinnedColumn, [left, right]: readonly [number, number]): void {
  tree.feature[node] = split.column;
  tree.threshold[node] = column.feature.kind === 'text' ? split.bin : column.upperBounds[split.bin]!;
  tree.missingGoesLeft[node] = Number(split.missingGoesLeft);
  tree.left[node] = left;
  tree.right[node] = right;
}

function toTree(tree: TreeBuilder, output: number): Tree {
  return {
    output,
    feature: Int32Array.from(tree.feature),
    threshold: Float32Array.from(tree.threshold),
    missingGoesLeft: Uint8Array.from(tree.missingGoesLeft),
    left: Int32Array.from(tree.left),
    right: Int32Array.from(tree.right),
    value: Float32Array.from(tree.value),
  };
}
