import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { SubgraphAddress } from '../config.js';
import type { SubgraphDefinition } from './compose.js';
import { fetchSubgraphSchemas } from './subgraph-schemas.js';
import { LatestSupergraph, type SupergraphSource } from './supergraph-source.js';

/** Composes subgraphs to the SDL of a supergraph. Rejects with the reasons if they do not compose. */
export type Compose = (subgraphs: readonly SubgraphDefinition[]) => Promise<string>;

export interface SubgraphsOptions {
  compose: Compose;
  logger: Logger;
  /** Maximum time of a subgraph request, in milliseconds. */
  timeoutMs: number;
  /** Pause between two requests for the schema of a subgraph, in milliseconds. Default: 5,000. */
  pollMs?: number;
}

/**
 * Opens the running subgraphs as a source of their supergraph, which is composed again when a subgraph's schema changes. For
 * a subgraph that does not respond, its last schema is used. If the subgraphs no longer compose, the current supergraph stays and
 * the reasons are logged once. Rejects if at first a subgraph does not respond within a minute, or they do not compose.
 */
export async function openRunningSubgraphs(addresses: readonly SubgraphAddress[], options: SubgraphsOptions): Promise<SupergraphSource> {
  const { compose, logger, timeoutMs, pollMs = 5_000 } = options;
  const known = new Map((await fetchSubgraphSchemas(addresses, timeoutMs)).map((subgraph) => [subgraph.name, subgraph]));
  const latest = new LatestSupergraph(await compose([...known.values()]), logger);
  const closing = new AbortController();

  const recompose = async () => {
    try {
      const supergraph = await compose([...known.values()]);
      if (!closing.signal.aborted) latest.replace(supergraph);
    } catch (error) {
      logger.error({ err: error }, 'subgraphs do not compose; the current supergraph stays');
    }
  };
  // Compositions run one after another, so that a slow one cannot replace a newer supergraph.
  let composing = Promise.resolve();
  const poll = async (address: SubgraphAddress) => {
    while (await wait(pollMs, closing.signal)) {
      const [now] = await fetchSubgraphSchemas([address], timeoutMs, closing.signal).catch((error: unknown) => {
        if (closing.signal.aborted) return [];
        logger.warn({ err: error }, `schema of ${address.name} could not be fetched; its last schema stays`);
        return [];
      });
      if (closing.signal.aborted || !now || now.sdl === known.get(now.name)?.sdl) continue;
      known.set(now.name, now);
      composing = composing.then(recompose);
    }
  };
  const polling = Promise.all(addresses.map(poll));

  return {
    get current() {
      return latest.current;
    },
    onChange: (listener) => latest.onChange(listener),
    async close() {
      closing.abort();
      latest.removeListeners();
      await composing;
      await polling;
    },
  };
}

/** Resolves with true after the given time, or with false when the signal is aborted. */
const wait = (ms: number, signal: AbortSignal): Promise<boolean> => sleep(ms, true, { signal }).catch(() => false);
