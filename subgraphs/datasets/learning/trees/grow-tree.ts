import type { Rows } from '../table.js';
import { bestSplit, type Split, type SplitRules, type Sums } from './best-split.js';
import type { BinnedColumn } from './bins.js';
import { subtract, type Histogram, type Histograms } from './histogram.js';
import type { Tree } from './tree-model.js';

/** How large a tree may become. */
export interface TreeRules extends SplitRules {
  readonly maxLeaves: number;
  readonly maxDepth: number;
  /** Leaves are this much smaller than what would suit the rows best. */
  readonly learningRate: number;
}

/** A leaf that may be split. */
interface Leaf {
  readonly node: number;
  readonly depth: number;
  readonly rows: Rows;
  readonly sums: Sums;
  /** null where it is not going to be split. */
  readonly histogram: Histogram | null;
  readonly split: Split | null;
}

/** A tree while it grows. */
interface Growing {
  readonly feature: number[];
  readonly threshold: number[];
  readonly missingLeft: number[];
  readonly left: number[];
  readonly right: number[];
  readonly value: number[];
}

/**
 * Grows a tree for these rows: the leaf whose split gains most is split next, until there are enough leaves. Then every row that it grew
 * from gets its leaf's value added to its score.
 */
export function growTree(
  columns: readonly BinnedColumn[],
  histograms: Histograms,
  rows: Rows,
  gradients: Float64Array,
  curvatures: Float64Array,
  rules: TreeRules,
  output: number,
  scores: Float64Array,
): Tree {
  const tree: Growing = { feature: [], threshold: [], missingLeft: [], left: [], right: [], value: [] };
  const leaf = (node: number, depth: number, own: Rows, sums: Sums, histogram: Histogram | null): Leaf => {
    const split = histogram && bestSplit(histogram, columns, histograms.offsets, sums, rules);
    return { node, depth, rows: own, sums, histogram, split };
  };
  const canSplit = (depth: number, count: number) => depth < rules.maxDepth && count >= 2 * rules.minRows;
  const rootHistogram = canSplit(0, rows.length) ? histograms.of(rows, gradients, curvatures) : null;
  const leaves = [leaf(addNode(tree), 0, rows, sumOf(rows, gradients, curvatures), rootHistogram)];
  while (leaves.length < rules.maxLeaves) {
    const index = mostGaining(leaves);
    if (index < 0) break;
    const { node, depth, rows: own, histogram, split } = leaves[index]!;
    const [left, right] = partition(own, columns[split!.column]!, split!);
    const [small, large] = left.length <= right.length ? [left, right] : [right, left];
    if (small.length < rules.minRows) {
      leaves[index] = { ...leaves[index]!, split: null };
      continue;
    }
    const places = [addNode(tree), addNode(tree)] as const;
    becomeBranch(tree, node, split!, columns[split!.column]!, places);
    // The smaller half is read; the larger one's histogram is what is left of the whole.
    const smallHistogram = canSplit(depth + 1, large.length) ? histograms.of(small, gradients, curvatures) : null;
    const largeHistogram = smallHistogram && subtract(histogram!, smallHistogram);
    const [leftHistogram, rightHistogram] = small === left ? [smallHistogram, largeHistogram] : [largeHistogram, smallHistogram];
    leaves[index] = leaf(places[0], depth + 1, left, sumOf(left, gradients, curvatures), leftHistogram);
    leaves.push(leaf(places[1], depth + 1, right, sumOf(right, gradients, curvatures), rightHistogram));
  }
  for (const { node, rows: own, sums } of leaves) {
    const value = (-rules.learningRate * sums.gradient) / (sums.curvature + rules.l2 || 1);
    tree.value[node] = value;
    for (let place = 0; place < own.length; place += 1) scores[own[place]!]! += value;
  }
  return finished(tree, output);
}

function sumOf(rows: Rows, gradients: Float64Array, curvatures: Float64Array): Sums {
  let gradient = 0;
  let curvature = 0;
  for (let place = 0; place < rows.length; place += 1) {
    gradient += gradients[rows[place]!]!;
    curvature += curvatures[rows[place]!]!;
  }
  return { gradient, curvature, count: rows.length };
}

function mostGaining(leaves: readonly Leaf[]): number {
  let best = -1;
  leaves.forEach(({ split }, index) => {
    if (split && (best < 0 || split.gain > leaves[best]!.split!.gain)) best = index;
  });
  return best;
}

/** Whether rows of this bin go left. */
export function goesLeft(
  { feature, binCount }: BinnedColumn,
  { bin, missingLeft }: Pick<Split, 'bin' | 'missingLeft'>,
  own: number,
): boolean {
  if (feature.kind === 'text') return own !== bin;
  return own === binCount - 1 ? missingLeft : own <= bin;
}

function partition(rows: Rows, column: BinnedColumn, split: Split): [Rows, Rows] {
  const way = Uint8Array.from({ length: column.binCount }, (_, bin) => Number(goesLeft(column, split, bin)));
  const { bins } = column;
  let lefts = 0;
  for (let place = 0; place < rows.length; place += 1) lefts += way[bins[rows[place]!]!]!;
  const left = new Uint32Array(lefts);
  const right = new Uint32Array(rows.length - lefts);
  // Written to both sides, of which one moves on: no branch that the processor guesses wrong half of the time.
  for (let place = 0, at = 0; place < rows.length; place += 1) {
    const row = rows[place]!;
    left[at] = row;
    right[place - at] = row;
    at += way[bins[row]!]!;
  }
  return [left, right];
}

function addNode(tree: Growing): number {
  tree.feature.push(-1);
  tree.threshold.push(0);
  tree.missingLeft.push(0);
  tree.left.push(-1);
  tree.right.push(-1);
  return tree.value.push(0) - 1;
}

function becomeBranch(tree: Growing, node: number, split: Split, column: BinnedColumn, [left, right]: readonly [number, number]): void {
  tree.feature[node] = split.column;
  tree.threshold[node] = column.feature.kind === 'text' ? split.bin : column.upperBounds[split.bin]!;
  tree.missingLeft[node] = Number(split.missingLeft);
  tree.left[node] = left;
  tree.right[node] = right;
}

function finished(tree: Growing, output: number): Tree {
  return {
    output,
    feature: Int32Array.from(tree.feature),
    threshold: Float32Array.from(tree.threshold),
    missingLeft: Uint8Array.from(tree.missingLeft),
    left: Int32Array.from(tree.left),
    right: Int32Array.from(tree.right),
    value: Float32Array.from(tree.value),
  };
}
