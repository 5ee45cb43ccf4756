import type { Model } from '../fit.js';
import type { Target } from '../table.js';
import { Graph, ROWS } from './graph.js';
import { addLinearModel } from './add-linear-model.js';
import { OUTPUT_NAMES } from './output-names.js';
import { addTreeEnsemble } from './add-tree-ensemble.js';

/**
 * Exports a model as the bytes of an ONNX file. The file has one input per feature, with the feature's name and the shape [rows, 1]:
 * float32 for a number (NaN if missing), string for a text ('' if missing). The encoding of features is part of the graph. The outputs
 * of a classification are `label` [rows] and `probabilities` [rows, classes], in the order of the metadata property `classes` (a JSON
 * array); the output of a regression is `prediction` [rows, 1].
 * @throws RangeError if a feature has the name of an output
 */
export function exportModel(model: Model, target: Pick<Target, 'kind'> & { classes?: readonly string[] }): Uint8Array {
  const names = model.features.map(({ name }) => name);
  const taken = names.find((name) => OUTPUT_NAMES.includes(name));
  if (taken !== undefined)
    throw new RangeError(`A feature cannot be named "${taken}": the model has an output with this name. Rename the column.`);
  const graph = new Graph([...names, ...OUTPUT_NAMES]);
  for (const { name, kind } of model.features) graph.input(name, kind);
  const scores = model.kind === 'linear' ? addLinearModel(graph, model) : addTreeEnsemble(graph, model);
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
