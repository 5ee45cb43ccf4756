import type { Graph } from './graph.js';

/**
 * A text input's rows of a table that has one row for each category and a last one for others. `table` is the name of a tensor of the
 * shape [categories + 1, width]; the answer's shape is [rows, 1, width].
 */
export function rowOfCategory(graph: Graph, input: string, categories: readonly string[], table: string): string {
  const code = graph.mlNode('LabelEncoder', [input], {
    keys_strings: { texts: categories },
    values_int64s: { ints: categories.map((_, place) => place) },
    default_int64: { int: categories.length },
  });
  return graph.node('Gather', [table, code], { axis: { int: 0 } });
}
