import { randomOf, shuffle } from '../random.js';
import { holdoutSplit } from '../split.js';
import { allRows, widthOf, type Rows, type Table } from '../table.js';
import { binned, type BinnedColumn } from './bins.js';
import { addTree } from './binned-scores.js';
import { growTree, type TreeRules } from './grow-tree.js';
import { Histograms } from './histogram.js';
import { objectiveOf } from './objective.js';
import { roundLeaves } from './round-leaves.js';
import type { Tree, TreeModel } from './tree-model.js';

/** Settings of gradient boosting. */
export interface BoostingSettings extends TreeRules {
  readonly iterations: number;
  /** The share of the rows that each tree grows from, drawn anew for each. */
  readonly subsample: number;
  /** Stops after so many iterations without a lower loss on a tenth of the rows, held out for that; 0 never stops early. */
  readonly earlyStoppingRounds: number;
  readonly seed: number;
}

/** How far boosting has come: the mean losses after an iteration. */
export interface BoostingProgress {
  readonly iteration: number;
  readonly trainLoss: number;
  /** On the rows held out for early stopping; null without it. */
  readonly validationLoss: number | null;
}

/** Histogram-based gradient boosting, as LightGBM and XGBoost do it: squared error, logistic loss or softmax by the target. */
export function boost(
  table: Table,
  settings: BoostingSettings,
  onIteration: (progress: BoostingProgress) => void = () => undefined,
): TreeModel {
  const { rowCount, features, target } = table;
  const columns = features.map(binned);
  const histograms = new Histograms(columns, rowCount);
  const objective = objectiveOf(target);
  const random = randomOf(settings.seed);
  const { train, test } =
    settings.earlyStoppingRounds > 0 ? holdoutSplit(target, rowCount, 0.1, settings.seed) : { train: allRows(rowCount), test: null };
  const base = objective.base(train);
  const scores = Array.from(base, (value) => new Float64Array(rowCount).fill(value));
  const gradients = new Float64Array(rowCount);
  const curvatures = new Float64Array(rowCount);
  const trees: Tree[] = [];
  let best = { loss: Infinity, iteration: 0 };
  for (let iteration = 1; iteration <= settings.iterations; iteration += 1) {
    const rows = settings.subsample < 1 ? sample(train, settings.subsample, random) : train;
    objective.prepare(scores);
    objective.outputs.forEach((output, series) => {
      objective.derivatives(series, scores, gradients, curvatures);
      const own = scores[series]!;
      const tree = growTree(columns, histograms, rows, gradients, curvatures, settings, output, own);
      addToOthers(tree, columns, rows, own);
      trees.push(tree);
    });
    const validationLoss = test && objective.loss(scores, test);
    onIteration({ iteration, trainLoss: objective.loss(scores, train), validationLoss });
    if (validationLoss === null) continue;
    if (validationLoss < best.loss) best = { loss: validationLoss, iteration };
    else if (iteration - best.iteration >= settings.earlyStoppingRounds) break;
  }
  return finished(table, columns, base, objective.outputs, test ? trees.slice(0, best.iteration * base.length) : trees);
}

/** A share of the rows without repetition, at least one of them, in their order. */
function sample(rows: Rows, share: number, random: () => number): Rows {
  const count = Math.max(1, Math.round(rows.length * share));
  return shuffle(Uint32Array.from(rows), random).subarray(0, count).sort();
}

/** Adds a tree to the scores of the rows that it did not grow from. */
function addToOthers(tree: Tree, columns: readonly BinnedColumn[], rows: Rows, scores: Float64Array): void {
  if (rows.length === scores.length) return;
  const isGrownFrom = new Uint8Array(scores.length);
  for (let place = 0; place < rows.length; place += 1) isGrownFrom[rows[place]!] = 1;
  addTree(tree, columns, scores, (row) => isGrownFrom[row] === 0);
}

function finished(
  table: Table,
  columns: readonly BinnedColumn[],
  base: Float64Array,
  outputs: readonly number[],
  trees: readonly Tree[],
): TreeModel {
  const width = widthOf(table.target);
  const bases = new Float32Array(width);
  outputs.forEach((output, series) => (bases[output] = base[series]!));
  return roundLeaves({ kind: 'trees', width, features: columns.map(({ feature }) => feature), base: bases, trees });
}
