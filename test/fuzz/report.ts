import { print } from 'graphql';
import type { Case } from './shrink.js';
import { subgraphSdl } from './subgraph-sdl.js';
import type { Checked } from './world.js';

/** A failing case as text: all that a test of it needs. */
export function report(seed: string, { graph, operation }: Case, { wrong, expected, actual, requests }: Checked): string {
  const { document, variables } = operation;
  return [
    `seed: ${seed}`,
    ...wrong.map((line) => `wrong: ${line}`),
    ...graph.subgraphs.map((name) => `--- ${name}\n${body(subgraphSdl(graph, name))}`),
    `--- operation\n${print(document)}`,
    `variables: ${JSON.stringify(variables)}`,
    `chance: ${operation.chance}`,
    `--- expected\n${JSON.stringify(expected.result)}`,
    `--- actual\n${JSON.stringify(actual)}`,
    ...requests.map(({ subgraph, query, variables: sent }) => `--- sent to ${subgraph}\n${query}\n${JSON.stringify(sent)}`),
  ].join('\n');
}

/** The SDL without what every subgraph has. */
const body = (sdl: string): string =>
  sdl
    .split('\n')
    .filter((line) => !/^(extend schema|scalar|enum|input|$)/.test(line))
    .join('\n');
