import { MAX_DEVIATIONS, type LinearFeature, type LinearModel } from '../linear/linear-model.js';
import { rowOfCategory } from './category.js';
import type { Graph } from './graph.js';

/** Writes a linear model's scores into the graph; answers the tensor's name, of the shape [rows, width]. */
export function linearGraph(graph: Graph, { features, bias, width }: LinearModel): string {
  const numbers = features.filter((feature) => feature.kind === 'number');
  const texts = features.filter((feature) => feature.kind === 'text');
  const added = [
    ...(numbers.length > 0 ? [addedByNumbers(graph, numbers, width)] : []),
    ...texts.map(({ name, categories, weights }) => {
      const table = [...weights, ...new Float32Array(width)];
      return rowOfCategory(graph, name, categories, graph.floats(table, [categories.length + 1, width]));
    }),
  ];
  // One after the other, in this order: a matrix product would add in an order that nobody promises, and answer other bits.
  const sums = graph.node('CumSum', [graph.node('Concat', added, { axis: { int: 1 } }), graph.integers([1], [])]);
  const last = graph.node('Gather', [sums, graph.integers([features.length - 1], [])], { axis: { int: 1 } });
  return graph.node('Add', [last, graph.floats(bias, [width])]);
}

/** What each number adds to each score: [rows, numbers, width]. */
function addedByNumbers(graph: Graph, numbers: readonly Extract<LinearFeature, { kind: 'number' }>[], width: number): string {
  const values = graph.node(
    'Concat',
    numbers.map(({ name }) => name),
    { axis: { int: 1 } },
  );
  const each = (of: (feature: (typeof numbers)[number]) => number) => graph.floats(numbers.map(of), [1, numbers.length]);
  const scalar = (value: number) => graph.floats([value], []);
  const centered = graph.node('Sub', [values, each(({ center }) => center)]);
  const scaled = graph.node('Mul', [centered, each(({ scale }) => scale)]);
  const bounded = graph.node('Clip', [scaled, scalar(-MAX_DEVIATIONS), scalar(MAX_DEVIATIONS)]);
  const known = graph.node('Where', [graph.node('IsNaN', [values]), scalar(0), bounded]);
  const weights = graph.floats(
    numbers.flatMap((feature) => [...feature.weights]),
    [1, numbers.length, width],
  );
  return graph.node('Mul', [graph.node('Unsqueeze', [known, graph.integers([2], [1])]), weights]);
}
