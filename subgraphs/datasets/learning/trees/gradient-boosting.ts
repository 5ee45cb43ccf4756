import { seededRandom, shuffle } from '../random.js';
import { trainTestSplit } from '../split.js';
import { allRows, outputCountOf, type Rows, type Table } from '../table.js';
import { binColumn, type BinnedColumn } from './bins.js';
import { addTreeToScores } from './add-tree-to-scores.js';
import { growTree, type TreeHyperparameters } from './grow-tree.js';
import { Histograms } from './histogram.js';
import { objectiveOf } from './objective.js';
import { roundLeaves } from './round-leaves.js';
import type { Tree, TreeModel } from './tree-model.js';

/** The hyperparameters of gradient boosting. */
export interface BoostingHyperparameters extends TreeHyperparameters {
  readonly iterations: number;
  /** The share of the training rows that are drawn for each iteration (LightGBM: bagging_fraction). */
  readonly subsample: number;
  /** The number of iterations without a lower loss on the held-out tenth of the rows after which boosting stops; 0 turns this off. */
  readonly earlyStoppingRounds: number;
  readonly seed: number;
}

/** The mean losses after an iteration. */
export interface BoostingProgress {
  readonly iteration: number;
  readonly trainLoss: number;
  /** The loss on the rows that are held out for early stopping; null if early stopping is off. */
  readonly validationLoss: number | null;
}

/**
 * Fits gradient boosted trees on histograms, with leaf-wise growth as in LightGBM (Ke et al., 2017) and leaf values by Newton's method
 * as in XGBoost (Chen and Guestrin, 2016). The loss is the squared error for numbers, the log loss for classes.
 */
export function fitGradientBoosting(
  table: Table,
  hyperparameters: BoostingHyperparameters,
  onIteration: (progress: BoostingProgress) => void = () => undefined,
): TreeModel {
  const { rowCount, features, target } = table;
  const columns = features.map(binColumn);
  const histograms = new Histograms(columns, rowCount);
  const objective = objectiveOf(target);
  const random = seededRandom(hyperparameters.seed);
  const { train, test } =
    hyperparameters.earlyStoppingRounds > 0
      ? trainTestSplit(target, rowCount, 0.1, hyperparameters.seed)
      : { train: allRows(rowCount), test: null };
  const initialScores = objective.initialScores(train);
  const scores = Array.from(initialScores, (value) => new Float64Array(rowCount).fill(value));
  const gradients = new Float64Array(rowCount);
  const hessians = new Float64Array(rowCount);
  const trees: Tree[] = [];
  let best = { loss: Infinity, iteration: 0 };
  for (let iteration = 1; iteration <= hyperparameters.iterations; iteration += 1) {
    const rows = hyperparameters.subsample < 1 ? sample(train, hyperparameters.subsample, random) : train;
    objective.prepare(scores);
    objective.outputs.forEach((output, treeIndex) => {
      objective.derivatives(treeIndex, scores, gradients, hessians);
      const treeScores = scores[treeIndex]!;
      const tree = growTree(columns, histograms, rows, gradients, hessians, hyperparameters, output, treeScores);
      addToOutOfSample(tree, columns, rows, treeScores);
      trees.push(tree);
    });
    const validationLoss = test && objective.loss(scores, test);
    onIteration({ iteration, trainLoss: objective.loss(scores, train), validationLoss });
    if (validationLoss === null) continue;
    if (validationLoss < best.loss) best = { loss: validationLoss, iteration };
    else if (iteration - best.iteration >= hyperparameters.earlyStoppingRounds) break;
  }
  return toModel(table, columns, initialScores, objective.outputs, test ? trees.slice(0, best.iteration * initialScores.length) : trees);
}

/** Draws a share of the rows without replacement, at least one, and returns them in ascending order. */
function sample(rows: Rows, share: number, random: () => number): Rows {
  const count = Math.max(1, Math.round(rows.length * share));
  return shuffle(Uint32Array.from(rows), random).subarray(0, count).sort();
}

/** Adds a tree to the scores of the rows that it was not grown from. */
function addToOutOfSample(tree: Tree, columns: readonly BinnedColumn[], rows: Rows, scores: Float64Array): void {
  if (rows.length === scores.length) return;
  const isInSample = new Uint8Array(scores.length);
  for (let position = 0; position < rows.length; position += 1) isInSample[rows[position]!] = 1;
  addTreeToScores(tree, columns, scores, (row) => isInSample[row] === 0);
}

function toModel(
  table: Table,
  columns: readonly BinnedColumn[],
  initialScoreByTree: Float64Array,
  outputs: readonly number[],
  trees: readonly Tree[],
): TreeModel {
  const outputCount = outputCountOf(table.target);
  const initialScores = new Float32Array(outputCount);
  outputs.forEach((output, treeIndex) => (initialScores[output] = initialScoreByTree[treeIndex]!));
  return roundLeaves({ kind: 'trees', outputCount, features: columns.map(({ feature }) => feature), initialScores, trees });
}
