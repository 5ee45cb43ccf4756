import { setTimeout as sleep } from 'node:timers/promises';
import type { SubgraphAddress } from '../config.js';
import { postSigned } from '../execution/subgraph-request.js';
import type { SubgraphDefinition } from './compose.js';

/** How long the gateway waits for subgraphs that start beside it, in milliseconds. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 200;

/** Asks the running subgraphs for their schemas, waiting for those that are still starting. */
export function readSubgraphs(addresses: readonly SubgraphAddress[], timeoutMs: number): Promise<SubgraphDefinition[]> {
  const deadline = Date.now() + PATIENCE_MS;
  return Promise.all(addresses.map((address) => readWhenUp(address, timeoutMs, deadline)));
}

async function readWhenUp(address: SubgraphAddress, timeoutMs: number, deadline: number): Promise<SubgraphDefinition> {
  for (;;) {
    try {
      return await readSubgraph(address, timeoutMs);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

async function readSubgraph(subgraph: SubgraphAddress, timeoutMs: number): Promise<SubgraphDefinition> {
  const signed = { requestId: 'supergraph', viewer: null };
  const answer = (await postSigned(subgraph, timeoutMs, signed, { query: '{ _service { sdl } }' })) as {
    data?: { _service: { sdl: string } };
  };
  const { name, url } = subgraph;
  if (!answer.data) throw new Error(`${name} does not tell its schema: ${JSON.stringify(answer)}`);
  return { name, url, sdl: answer.data._service.sdl };
}
