import type { Graph } from './graph.js';

/**
 * Adds the look-up of each value of a text input in a table that has one row per category and a last row for other values. `table` is
 * the name of a tensor of the shape [categories + 1, width]. Returns the name of a tensor of the shape [rows, 1, width].
 */
export function gatherCategoryRow(graph: Graph, input: string, categories: readonly string[], table: string): string {
  const code = graph.mlNode('LabelEncoder', [input], {
    keys_strings: { texts: categories },
    values_int64s: { ints: categories.map((_, code) => code) },
    default_int64: { int: categories.length },
  });
  return graph.node('Gather', [table, code], { axis: { int: 0 } });
}
