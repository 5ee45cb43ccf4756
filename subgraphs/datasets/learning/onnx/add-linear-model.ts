import { MAX_DEVIATIONS, type LinearFeature, type LinearModel } from '../linear/linear-model.js';
import { gatherCategoryRow } from './gather-category-row.js';
import type { Graph } from './graph.js';

/** Adds the computation of a linear model's scores and returns the name of its result, of the shape [rows, outputCount]. */
export function addLinearModel(graph: Graph, { features, intercept, outputCount }: LinearModel): string {
  const numbers = features.filter((feature) => feature.kind === 'number');
  const texts = features.filter((feature) => feature.kind === 'text');
  const terms = [
    ...(numbers.length > 0 ? [numericTerms(graph, numbers, outputCount)] : []),
    ...texts.map(({ name, categories, coefficients }) => {
      const table = [...coefficients, ...new Float32Array(outputCount)];
      return gatherCategoryRow(graph, name, categories, graph.floats(table, [categories.length + 1, outputCount]));
    }),
  ];
  // A cumulative sum adds in this order. A matrix product would add in an unspecified order, with other rounding errors.
  const sums = graph.node('CumSum', [graph.node('Concat', terms, { axis: { int: 1 } }), graph.integers([1], [])]);
  const last = graph.node('Gather', [sums, graph.integers([features.length - 1], [])], { axis: { int: 1 } });
  return graph.node('Add', [last, graph.floats(intercept, [outputCount])]);
}

/** Returns the name of the terms that the numbers add to the scores, of the shape [rows, numbers, outputCount]. */
function numericTerms(graph: Graph, numbers: readonly Extract<LinearFeature, { kind: 'number' }>[], width: number): string {
  const values = graph.node(
    'Concat',
    numbers.map(({ name }) => name),
    { axis: { int: 1 } },
  );
  const each = (of: (feature: (typeof numbers)[number]) => number) => graph.floats(numbers.map(of), [1, numbers.length]);
  const scalar = (value: number) => graph.floats([value], []);
  const centered = graph.node('Sub', [values, each(({ center }) => center)]);
  const scaled = graph.node('Mul', [centered, each(({ scale }) => scale)]);
  const clipped = graph.node('Clip', [scaled, scalar(-MAX_DEVIATIONS), scalar(MAX_DEVIATIONS)]);
  const imputed = graph.node('Where', [graph.node('IsNaN', [values]), scalar(0), clipped]);
  const coefficients = graph.floats(
    numbers.flatMap((feature) => [...feature.coefficients]),
    [1, numbers.length, width],
  );
  return graph.node('Mul', [graph.node('Unsqueeze', [imputed, graph.integers([2], [1])]), coefficients]);
}
