import { getOperationAST, OperationTypeNode } from 'graphql';
import { drawComposable } from './composable.js';
import type { FuzzConfig } from './config.js';
import { countFeatures, type Coverage } from './coverage.js';
import { drawOperation, type DrawnOperation } from './draw-operation.js';
import { report } from './report.js';
import { shrink } from './shrink.js';
import { isCondition } from './variables.js';
import { World, type Candidate } from './world.js';

export interface Run {
  cases: number;
  /** Draws that were no valid operation. */
  invalid: number;
  /** The seeds of cases that failed. */
  failed: string[];
  /** The first failures, made smaller. */
  reports: string[];
  coverage: Coverage;
}

/** Tries a gateway on random operations on random graphs. */
export async function run(config: FuzzConfig, candidate: Candidate): Promise<Run> {
  const result: Run = { cases: 0, invalid: 0, failed: [], reports: [], coverage: new Map() };
  for (const { graphSeed, operations } of planned(config)) {
    const graph = drawComposable(graphSeed);
    const failing: { seed: string; wrong: readonly string[] }[] = [];
    const drawnBySeed = new Map<string, DrawnOperation>();
    const world = await World.open(graph, candidate);
    try {
      for (const operation of operations) {
        const seed = `${graphSeed} ${operation}`;
        const drawn = drawOperation(world.monolith.schema, seed);
        if (seed.includes('~') && !Object.keys(drawn.variables).some(isCondition)) continue;
        const checked = await world.check(drawn);
        if (!checked) {
          result.invalid++;
          continue;
        }
        result.cases++;
        countFeatures(result.coverage, world, drawn, checked);
        drawnBySeed.set(seed, drawn);
        if (checked.wrong.length > 0) failing.push({ seed, wrong: checked.wrong });
      }
      // A mutation is not repeated: the order of several at once is not determined.
      const queries = [...drawnBySeed]
        .filter(([, { document }]) => getOperationAST(document)!.operation === OperationTypeNode.QUERY)
        .flatMap(([seed, drawn]) => [[seed, drawn] as const, ...turns(world, seed, drawn)]);
      failing.push(...(await checkInParallel(world, queries, new Set(failing.map(({ seed }) => seed)))));
      result.cases += queries.length;
    } finally {
      await world.close();
    }
    result.failed.push(...failing.map(({ seed }) => seed));
    for (const { seed, wrong } of failing.slice(0, Math.max(0, config.maxFailures - result.reports.length)))
      result.reports.push(
        (await explain(seed, candidate)) ?? [`seed: ${seed}`, 'fails only after the operations before it', ...wrong].join('\n'),
      );
  }
  return result;
}

/** Asks operations that were answered well one after another again, several at a time; what is wrong is by the operation's seed. */
async function checkInParallel(world: World, operations: readonly (readonly [string, DrawnOperation])[], failed: ReadonlySet<string>) {
  const failing: { seed: string; wrong: string[] }[] = [];
  for (let index = 0; index < operations.length; index += PARALLEL) {
    await Promise.all(
      operations.slice(index, index + PARALLEL).map(async ([seed, drawn]) => {
        const wrong = await world.differences(drawn);
        if (wrong.length > 0 && !failed.has(seed)) failing.push({ seed, wrong: ['among others at the same time', ...wrong] });
      }),
    );
  }
  return failing;
}

const PARALLEL = 8;

/** Two more sets of values of an operation's conditions, which the gateway has not planned yet. */
function turns(world: World, seed: string, { variables }: DrawnOperation): [string, DrawnOperation][] {
  if (seed.includes('~') || !Object.keys(variables).some(isCondition)) return [];
  return [`${seed}~2`, `${seed}~3`].map((turn) => [turn, drawOperation(world.monolith.schema, turn)]);
}

/** The graphs of a run by their seeds, each with the numbers of its operations. */
function planned({ seed, graphs, operationsPerGraph, cases }: FuzzConfig): { graphSeed: string; operations: (number | string)[] }[] {
  if (cases.length > 0) {
    const graphSeeds = [...new Set(cases.map((one) => one.split(' ')[0]!))];
    return graphSeeds.map((graphSeed) => ({
      graphSeed,
      operations: cases.flatMap((one) => (one.startsWith(`${graphSeed} `) ? one.slice(graphSeed.length + 1) : [])),
    }));
  }
  const operations = Array.from({ length: operationsPerGraph }, (_, number) => [number, `${number}~1`]).flat();
  return Array.from({ length: graphs }, (_, number) => ({ graphSeed: `${seed}-${number}`, operations }));
}

/** The case of a seed such as `fixed-3 17`, made smaller and printed; undefined where it does not fail alone, on a fresh gateway. */
async function explain(seed: string, candidate: Candidate): Promise<string | undefined> {
  const world = await World.open(drawComposable(seed.split(' ')[0]!), candidate);
  const operation = drawOperation(world.monolith.schema, seed);
  const first = await world.check(operation);
  await world.close();
  if (!first?.wrong.length) return undefined;

  const smallest = await shrink({ graph: world.graph, operation }, candidate);
  const small = await World.open(smallest.graph, candidate);
  const checked = await small.check(smallest.operation);
  await small.close();
  return report(seed, smallest, checked!);
}
