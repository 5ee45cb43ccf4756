import { composes } from './composable.js';
import type { DrawnOperation } from './draw-operation.js';
import type { Graph } from './graph.js';
import { shrinkGraph } from './shrink-graph.js';
import { shrinkOperation } from './shrink-operation.js';
import { World, type Candidate, type Checked } from './world.js';

export interface Case {
  graph: Graph;
  operation: DrawnOperation;
}

/** A smaller case that fails for the same reason. */
export async function shrink({ graph, operation }: Case, candidate: Candidate): Promise<Case> {
  const inWorld = async <Result>(of: Graph, use: (world: World) => Promise<Result>): Promise<Result> => {
    const world = await World.open(of, candidate);
    try {
      return await use(world);
    } finally {
      await world.close();
    }
  };
  const reasons = await inWorld(graph, async (world) => reasonsOf(await world.check(operation)));
  const isSame = (checked: Checked | undefined) => reasonsOf(checked).some((reason) => reasons.includes(reason));
  const shrunkIn = (of: Graph, from: DrawnOperation) =>
    inWorld(of, (world) => shrinkOperation(world.monolith.schema, from, async (smaller) => isSame(await world.check(smaller))));

  const smaller = await shrunkIn(graph, operation);
  const smallerGraph = await shrinkGraph(graph, async (candidateGraph) => {
    try {
      return composes(candidateGraph) && isSame(await inWorld(candidateGraph, (world) => world.check(smaller)));
    } catch {
      // What is left of the graph is no schema at all: not smaller, but broken.
      return false;
    }
  });
  return { graph: smallerGraph, operation: await shrunkIn(smallerGraph, smaller) };
}

/**
 * Why a case failed, without its paths and numbers. That the operation was refused comes first (a graph that became too small
 * for it refuses it for another reason), then other data: errors often only follow from it.
 */
function reasonsOf(checked: Checked | undefined): string[] {
  const wrong = (checked?.wrong ?? []).map((line) => line.replace(/\[[^ ]*\] /, '').replace(/\d+/g, '#'));
  const refused = wrong.filter((line) => line.startsWith('made up: undefined '));
  if (refused.length > 0) return refused;
  return wrong.includes('other data') ? ['other data'] : wrong;
}
