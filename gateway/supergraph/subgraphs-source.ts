import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { SubgraphAddress } from '../config.js';
import type { SubgraphDefinition } from './compose.js';
import { readSubgraphs } from './running-subgraphs.js';
import { LatestSupergraph, type SupergraphSource } from './supergraph-source.js';

/** Makes the supergraph of subgraphs; rejects with the reasons where they do not fit together. */
export type Compose = (subgraphs: readonly SubgraphDefinition[]) => Promise<string>;

export interface SubgraphsOptions {
  compose: Compose;
  logger: Logger;
  /** How long a subgraph may take to answer, in milliseconds. */
  timeoutMs: number;
  /** How long after its answer a subgraph is asked again, in milliseconds; 5 s if not said. */
  pollMs?: number;
}

/**
 * The supergraph of the running subgraphs, composed again when one of them tells another schema. A subgraph that is away
 * counts with what it told last. What does not compose keeps the old supergraph and is logged with the reasons, once.
 * Rejects where the subgraphs do not answer within a minute, or do not compose, to begin with.
 */
export async function openSubgraphs(addresses: readonly SubgraphAddress[], options: SubgraphsOptions): Promise<SupergraphSource> {
  const { compose, logger, timeoutMs, pollMs = 5_000 } = options;
  const known = new Map((await readSubgraphs(addresses, timeoutMs)).map((subgraph) => [subgraph.name, subgraph]));
  const latest = new LatestSupergraph(await compose([...known.values()]), logger);
  const over = new AbortController();

  const recompose = async () => {
    try {
      const supergraph = await compose([...known.values()]);
      if (!over.signal.aborted) latest.replace(supergraph);
    } catch (error) {
      logger.error({ err: error }, 'the subgraphs do not compose; the old supergraph stays');
    }
  };
  // One composition after another: a slow one must not bring an old supergraph back.
  let composing = Promise.resolve();
  const follow = async (address: SubgraphAddress) => {
    while (await passes(pollMs, over.signal)) {
      const [now] = await readSubgraphs([address], timeoutMs, over.signal).catch((error: unknown) => {
        if (over.signal.aborted) return [];
        logger.warn({ err: error }, `${address.name} does not tell its schema; what it told last stays`);
        return [];
      });
      if (over.signal.aborted || !now || now.sdl === known.get(now.name)?.sdl) continue;
      known.set(now.name, now);
      composing = composing.then(recompose);
    }
  };
  const following = Promise.all(addresses.map(follow));

  return {
    get current() {
      return latest.current;
    },
    onChange: (listener) => latest.onChange(listener),
    async close() {
      over.abort();
      latest.silence();
      await composing;
      await following;
    },
  };
}

/** Waits; false when the signal ends the wait. */
const passes = (ms: number, signal: AbortSignal): Promise<boolean> => sleep(ms, true, { signal }).catch(() => false);
