import { datasets as createDatasetsSubgraph } from '../../subgraphs/datasets/subgraph.js';
import type { PrismaClient as DatasetsClient } from '../../subgraphs/datasets/generated/prisma/client.js';
import type { PrismaClient as ServingClient } from '../../subgraphs/serving/generated/prisma/client.js';
import { serving as createServingSubgraph } from '../../subgraphs/serving/subgraph.js';
import type { ResolvePeerAddress, PeerAddress } from '../../subgraphs/shared/peers/peer-address.js';
import type { SubgraphName } from '../../subgraphs/shared/configuration/registry.js';
import { filesConfig } from './datasets.js';
import { unavailablePeer } from './unavailable-peer.js';
import { servingParts } from './serving.js';
import { runSubgraph, type RunningSubgraph } from './subgraph.js';

/** The addresses of subgraphs in one process. A subgraph is unavailable until its address is set. */
export class PeerAddresses {
  readonly #addresses = new Map<SubgraphName, PeerAddress>();

  resolverOf(name: SubgraphName): ResolvePeerAddress {
    return () => this.#addresses.get(name) ?? unavailablePeer();
  }

  set(name: SubgraphName, { url, key }: PeerAddress): void {
    this.#addresses.set(name, { url, key });
  }
}

/** The two subgraphs that send requests to each other, with their own databases and without a gateway. */
export interface RunningPeers {
  datasets: RunningSubgraph<DatasetsClient>;
  serving: RunningSubgraph<ServingClient>;
  close(): Promise<void>;
}

export async function runPeers(): Promise<RunningPeers> {
  const book = new PeerAddresses();
  const datasets = await runSubgraph(createDatasetsSubgraph({ ...filesConfig, serving: book.resolverOf('serving') }));
  const serving = await runSubgraph(createServingSubgraph({ ...servingParts, datasets: book.resolverOf('datasets') }));
  book.set('datasets', datasets);
  book.set('serving', serving);
  return { datasets, serving, close: async () => void (await Promise.all([datasets.close(), serving.close()])) };
}
