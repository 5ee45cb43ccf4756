import { compose, CompositionError } from '../../gateway/supergraph/compose.js';
import { drawGraph } from './draw-graph.js';
import type { Graph } from './graph.js';
import { subgraphSdl } from './subgraph-sdl.js';

/** The first graph of a seed that composes. */
export function drawComposable(seed: string): Graph {
  for (let attempt = 0; attempt < 20; attempt++) {
    const graph = drawGraph(`${seed}.${attempt}`);
    if (composes(graph)) return graph;
  }
  throw new Error(`no graph of seed ${seed} composes`);
}

export function composes(graph: Graph): boolean {
  try {
    compose(graph.subgraphs.map((name) => ({ name, url: '', sdl: subgraphSdl(graph, name) })));
    return true;
  } catch (error) {
    if (error instanceof CompositionError) return false;
    throw error;
  }
}
