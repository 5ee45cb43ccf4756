import type { Tree, TreeModel } from '../trees/tree-model.js';
import { rowOfCategory } from './category.js';
import type { Graph } from './graph.js';

/** Writes the trees' scores into the graph; answers the tensor's name, of the shape [rows, width]. */
export function treeGraph(graph: Graph, model: TreeModel): string {
  const parts = model.features.map((feature) => {
    if (feature.kind === 'number') return feature.name;
    const { name, categories } = feature;
    const table = graph.floats(oneHot(categories.length), [categories.length + 1, categories.length]);
    return graph.node('Squeeze', [rowOfCategory(graph, name, categories, table), graph.integers([1], [1])]);
  });
  return graph.mlNode('TreeEnsembleRegressor', [graph.node('Concat', parts, { axis: { int: 1 } })], ensemble(model));
}

/** A row of ones and zeros for each category, and one of zeros for the others. */
function oneHot(size: number): Float32Array {
  const table = new Float32Array((size + 1) * size);
  for (let place = 0; place < size; place += 1) table[place * size + place] = 1;
  return table;
}

/** Every node and leaf of all trees, as the operator wants them: a list for each of their properties. */
function ensemble({ features, base, trees, width }: TreeModel) {
  const columns = columnsOf(features);
  const nodes = trees.flatMap((tree, id) =>
    Array.from(tree.feature.keys(), (node) => ({ tree, id, node, ...nodeOf(tree, node, columns) })),
  );
  const leaves = nodes.filter(({ mode }) => mode === 'LEAF');
  const ints = (of: (node: (typeof nodes)[number]) => number, from = nodes) => ({ ints: from.map(of) });
  return {
    n_targets: { int: width },
    base_values: { floats: [...base] },
    nodes_treeids: ints(({ id }) => id),
    nodes_nodeids: ints(({ node }) => node),
    nodes_modes: { texts: nodes.map(({ mode }) => mode) },
    nodes_featureids: ints(({ column }) => column),
    nodes_values: { floats: nodes.map(({ threshold }) => threshold) },
    nodes_truenodeids: ints(({ tree, node }) => Math.max(0, tree.left[node]!)),
    nodes_falsenodeids: ints(({ tree, node }) => Math.max(0, tree.right[node]!)),
    nodes_missing_value_tracks_true: ints(({ tree, node }) => tree.missingLeft[node]!),
    target_treeids: ints(({ id }) => id, leaves),
    target_nodeids: ints(({ node }) => node, leaves),
    target_ids: ints(({ tree }) => tree.output, leaves),
    target_weights: { floats: leaves.map(({ tree, node }) => tree.value[node]!) },
  };
}

/** What stands for each feature in the trees' input: a number's column, or the first of a text's columns. */
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
  // A category's column is 1 for that category, which goes right, and 0 for all others.
  return { mode: 'BRANCH_LEQ', ...(isText ? { column: first + threshold, threshold: 0.5 } : { column: first, threshold }) };
}
