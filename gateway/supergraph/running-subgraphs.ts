import { setTimeout as sleep } from 'node:timers/promises';
import type { SubgraphAddress } from '../config.js';
import { parseSubgraphResponse } from '../transport/subgraph-response.js';
import { signedRequest } from '../transport/signed-request.js';
import { SubgraphClient } from '../transport/subgraph-client.js';
import type { SubgraphDefinition } from './compose.js';

/** How long the gateway waits for subgraphs that start beside it, in milliseconds. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 200;

/** Asks the running subgraphs for their schemas, waiting for those that are still starting, unless the signal ends the wait. */
export function readSubgraphs(
  addresses: readonly SubgraphAddress[],
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<SubgraphDefinition[]> {
  const deadline = Date.now() + PATIENCE_MS;
  return Promise.all(addresses.map((address) => readWhenUp(address, timeoutMs, deadline, signal)));
}

async function readWhenUp(
  address: SubgraphAddress,
  timeoutMs: number,
  deadline: number,
  signal?: AbortSignal,
): Promise<SubgraphDefinition> {
  for (;;) {
    try {
      return await readSubgraph(address, timeoutMs);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(PAUSE_MS, undefined, { signal });
    }
  }
}

async function readSubgraph(subgraph: SubgraphAddress, timeoutMs: number): Promise<SubgraphDefinition> {
  const { name, url } = subgraph;
  const client = new SubgraphClient({ name, url, timeoutMs });
  try {
    const signed = { requestId: 'supergraph', viewer: null };
    const text = await client.post(signedRequest(subgraph, signed, { query: '{ _service { sdl } }' }, { isRepeatable: true }));
    const { data } = parseSubgraphResponse(name, text) as { data?: { _service: { sdl: string } } | null };
    if (!data) throw new Error(`${name} does not tell its schema: ${text}`);
    return { name, url, sdl: data._service.sdl };
  } finally {
    await client.close();
  }
}
