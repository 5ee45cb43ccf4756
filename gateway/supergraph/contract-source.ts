import type { Logger } from 'pino';
import { contractSupergraph } from './contract.js';
import { LatestSupergraph, type SupergraphSource } from './supergraph-source.js';

/** The contract's part of what another source gives, and closes with it. */
export function contractOf(whole: SupergraphSource, tag: string, logger: Logger): SupergraphSource {
  const latest = new LatestSupergraph(contractSupergraph(whole.current, tag), logger);
  whole.onChange((supergraph) => latest.replace(contractSupergraph(supergraph, tag)));
  return {
    get current() {
      return latest.current;
    },
    onChange: (listener) => latest.onChange(listener),
    async close() {
      latest.silence();
      await whole.close();
    },
  };
}
