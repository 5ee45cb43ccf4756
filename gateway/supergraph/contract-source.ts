import type { Logger } from 'pino';
import { contractSupergraph } from './contract.js';
import { LatestSupergraph, type SupergraphSource } from './supergraph-source.js';

/** Returns a source of the contract of another source's supergraph. Closing it closes the other source too. */
export function contractSource(source: SupergraphSource, tag: string, logger: Logger): SupergraphSource {
  const latest = new LatestSupergraph(contractSupergraph(source.current, tag), logger);
  source.onChange((supergraph) => latest.replace(contractSupergraph(supergraph, tag)));
  return {
    get current() {
      return latest.current;
    },
    onChange: (listener) => latest.onChange(listener),
    async close() {
      latest.removeListeners();
      await source.close();
    },
  };
}
