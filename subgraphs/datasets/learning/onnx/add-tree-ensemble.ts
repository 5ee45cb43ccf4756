import type { Tree, TreeModel } from '../trees/tree-model.js';
import { gatherCategoryRow } from './gather-category-row.js';
import type { Graph } from './graph.js';

/** Adds the computation of a tree model's scores and returns the name of its result, of the shape [rows, outputCount]. */
export function addTreeEnsemble(graph: Graph, model: TreeModel): string {
  const parts = model.features.map((feature) => {
    if (feature.kind === 'number') return feature.name;
    const { name, categories } = feature;
    const table = graph.floats(oneHot(categories.length), [categories.length + 1, categories.length]);
    return graph.node('Squeeze', [gatherCategoryRow(graph, name, categories, table), graph.integers([1], [1])]);
  });
  return graph.mlNode('TreeEnsembleRegressor', [graph.node('Concat', parts, { axis: { int: 1 } })], ensembleAttributes(model));
}

/** Returns the one-hot row of each category, and a last row of zeros for other values. */
function oneHot(size: number): Float32Array {
  const table = new Float32Array((size + 1) * size);
  for (let position = 0; position < size; position += 1) table[position * size + position] = 1;
  return table;
}

/** Returns the attributes of TreeEnsembleRegressor: parallel lists over the nodes and over the leaves of all trees. */
function ensembleAttributes({ features, initialScores, trees, outputCount }: TreeModel) {
  const columns = columnsOf(features);
  const nodes = trees.flatMap((tree, id) =>
    Array.from(tree.feature.keys(), (node) => ({ tree, id, node, ...nodeOf(tree, node, columns) })),
  );
  const leaves = nodes.filter(({ mode }) => mode === 'LEAF');
  const ints = (of: (node: (typeof nodes)[number]) => number, from = nodes) => ({ ints: from.map(of) });
  return {
    n_targets: { int: outputCount },
    base_values: { floats: [...initialScores] },
    nodes_treeids: ints(({ id }) => id),
    nodes_nodeids: ints(({ node }) => node),
    nodes_modes: { texts: nodes.map(({ mode }) => mode) },
    nodes_featureids: ints(({ column }) => column),
    nodes_values: { floats: nodes.map(({ threshold }) => threshold) },
    nodes_truenodeids: ints(({ tree, node }) => Math.max(0, tree.left[node]!)),
    nodes_falsenodeids: ints(({ tree, node }) => Math.max(0, tree.right[node]!)),
    nodes_missing_value_tracks_true: ints(({ tree, node }) => tree.missingGoesLeft[node]!),
    target_treeids: ints(({ id }) => id, leaves),
    target_nodeids: ints(({ node }) => node, leaves),
    target_ids: ints(({ tree }) => tree.output, leaves),
    target_weights: { floats: leaves.map(({ tree, node }) => tree.value[node]!) },
  };
}

/** Returns the column of each feature in the input of the trees; for a text, the first of its one-hot columns. */
function columnsOf(features: TreeModel['features']): { first: number; isText: boolean }[] {
  let first = 0;
  return features.map((feature) => {
    const column = { first, isText: feature.kind === 'text' };
    first += feature.kind === 'text' ? feature.categories.length : 1;
    return column;
  });
}

function nodeOf(tree: Tree, node: number, columns: readonly { first: number; isText: boolean }[]) {
  const feature = tree.feature[node]!;
  if (feature < 0) return { mode: 'LEAF', column: 0, threshold: 0 };
  const { first, isText } = columns[feature]!;
  const threshold = tree.threshold[node]!;
  // The one-hot column is 1 for the category of the split, which goes right, and 0 for other values.
  return { mode: 'BRANCH_LEQ', ...(isText ? { column: first + threshold, threshold: 0.5 } : { column: first, threshold }) };
}
