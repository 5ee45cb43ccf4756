import type { Tree, TreeModel } from './tree-model.js';

/**
 * Rounds the leaves and the base to multiples of a power of two so coarse that no sum of them needs more than float32's 24 bits:
 * a runtime may then add the trees in any order, on any number of threads, and answers the same bits.
 * It costs less than one part in 2^23 of the largest possible score for each tree: what float32 sums would lose anyway.
 */
export function roundLeaves(model: TreeModel): TreeModel {
  const steps = Array.from(model.base.keys(), (output) => stepOf(model, output));
  return {
    ...model,
    base: model.base.map((value, output) => rounded(value, steps[output]!)),
    trees: model.trees.map((tree) => ({ ...tree, value: tree.value.map((value) => rounded(value, steps[tree.output]!)) })),
  };
}

/** The sums of multiples of this stay below 2^24 of it, with one half for each rounding. */
function stepOf({ base, trees }: TreeModel, output: number): number {
  const own = trees.filter((tree) => tree.output === output);
  const bound = own.reduce((sum, tree) => sum + largestLeaf(tree), Math.abs(base[output]!));
  return bound === 0 ? 1 : 2 ** (Math.ceil(Math.log2(bound)) - 23);
}

const largestLeaf = (tree: Tree) => tree.value.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const rounded = (value: number, step: number) => Math.round(value / step) * step;
