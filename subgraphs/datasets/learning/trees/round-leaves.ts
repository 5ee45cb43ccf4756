import type { Tree, TreeModel } from './tree-model.js';

/**
 * Rounds the leaf values and the initial scores to multiples of a power of two, chosen so that every sum of them is exact in float32
 * (24 bits). A runtime may then add the trees in any order, on any number of threads, with bit-identical results. The rounding error
 * per tree is below 2^-23 of the largest possible score, which is about the rounding error of float32 sums.
 */
export function roundLeaves(model: TreeModel): TreeModel {
  const steps = Array.from(model.initialScores.keys(), (output) => roundingStep(model, output));
  return {
    ...model,
    initialScores: model.initialScores.map((value, output) => roundTo(value, steps[output]!)),
    trees: model.trees.map((tree) => ({ ...tree, value: tree.value.map((value) => roundTo(value, steps[tree.output]!)) })),
  };
}

/** Returns the step of the rounding for an output: the sum of the largest leaf values of all trees is below 2^24 steps. */
function roundingStep({ initialScores, trees }: TreeModel, output: number): number {
  const ofOutput = trees.filter((tree) => tree.output === output);
  const largestSum = ofOutput.reduce((sum, tree) => sum + largestLeaf(tree), Math.abs(initialScores[output]!));
  return largestSum === 0 ? 1 : 2 ** (Math.ceil(Math.log2(largestSum)) - 23);
}

const largestLeaf = (tree: Tree) => tree.value.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const roundTo = (value: number, step: number) => Math.round(value / step) * step;
