import type { Model } from '../fit.js';
import type { Target } from '../table.js';
import { Graph, ROWS } from './graph.js';
import { linearGraph } from './linear-graph.js';
import { OUTPUT_NAMES } from './output-names.js';
import { treeGraph } from './tree-graph.js';

/**
 * A model as the bytes of an ONNX file. It has one input for each feature, named like it, of the shape [rows, 1]: float32 for a number
 * (missing: NaN), text for a text (missing: ''). Preparing them is part of the model. Its outputs: of classes `label` [rows] and
 * `probabilities` [rows, classes], in the order of the metadata property `classes`, a JSON array; of a number `prediction` [rows, 1].
 * @throws RangeError where a feature is called like an output
 */
export function exportModel(model: Model, target: Pick<Target, 'kind'> & { classes?: readonly string[] }): Uint8Array {
  const names = model.features.map(({ name }) => name);
  const taken = names.find((name) => OUTPUT_NAMES.includes(name));
  if (taken !== undefined) throw new RangeError(`A feature cannot be called "${taken}": an output is called so.`);
  const graph = new Graph([...names, ...OUTPUT_NAMES]);
  for (const { name, kind } of model.features) graph.input(name, kind);
  const scores = model.kind === 'linear' ? linearGraph(graph, model) : treeGraph(graph, model);
  if (target.kind === 'number' || !target.classes) {
    graph.output('prediction', 'number', [ROWS, 1]);
    graph.node('Identity', [scores], {}, 'prediction');
    return graph.toBytes({});
  }
  graph.output('label', 'text', [ROWS]);
  graph.output('probabilities', 'number', [ROWS, target.classes.length]);
  const best = graph.node('ArgMax', [scores], { axis: { int: 1 }, keepdims: { int: 0 } });
  graph.node('Gather', [graph.texts(target.classes), best], { axis: { int: 0 } }, 'label');
  graph.node('Softmax', [scores], { axis: { int: 1 } }, 'probabilities');
  return graph.toBytes({ classes: JSON.stringify(target.classes) });
}
