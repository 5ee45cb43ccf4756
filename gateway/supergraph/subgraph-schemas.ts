import { setTimeout as sleep } from 'node:timers/promises';
import type { SubgraphAddress } from '../config.js';
import { parseSubgraphResponse } from '../transport/subgraph-response.js';
import { signedRequest } from '../transport/signed-request.js';
import { SubgraphClient } from '../transport/subgraph-client.js';
import type { SubgraphDefinition } from './compose.js';

/** Time that subgraphs have to start, in milliseconds. */
const STARTUP_TIMEOUT_MS = 60_000;
const RETRY_DELAY_MS = 200;

/**
 * Fetches the schemas of running subgraphs, with retries while they start. Rejects if a subgraph does not respond within a
 * minute, or when the signal is aborted.
 */
export function fetchSubgraphSchemas(
  addresses: readonly SubgraphAddress[],
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<SubgraphDefinition[]> {
  const deadline = Date.now() + STARTUP_TIMEOUT_MS;
  return Promise.all(addresses.map((address) => fetchWithRetries(address, timeoutMs, deadline, signal)));
}

async function fetchWithRetries(
  address: SubgraphAddress,
  timeoutMs: number,
  deadline: number,
  signal?: AbortSignal,
): Promise<SubgraphDefinition> {
  for (;;) {
    try {
      return await fetchSubgraphSchema(address, timeoutMs);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(RETRY_DELAY_MS, undefined, { signal });
    }
  }
}

async function fetchSubgraphSchema(subgraph: SubgraphAddress, timeoutMs: number): Promise<SubgraphDefinition> {
  const { name, url } = subgraph;
  const client = new SubgraphClient({ name, url, timeoutMs });
  try {
    const signed = { requestId: 'supergraph', viewer: null };
    const text = await client.post(signedRequest(subgraph, signed, { query: '{ _service { sdl } }' }, { isRepeatable: true }));
    const { data } = parseSubgraphResponse(name, text) as { data?: { _service: { sdl: string } } | null };
    if (!data) throw new Error(`The subgraph ${name} did not return its SDL. It returned: ${text}`);
    return { name, url, sdl: data._service.sdl };
  } finally {
    await client.close();
  }
}
