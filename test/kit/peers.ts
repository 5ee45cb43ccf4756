import { datasets as datasetsHouse } from '../../subgraphs/datasets/subgraph.js';
import type { PrismaClient as DatasetsClient } from '../../subgraphs/datasets/generated/prisma/client.js';
import type { PrismaClient as ServingClient } from '../../subgraphs/serving/generated/prisma/client.js';
import { serving as servingHouse } from '../../subgraphs/serving/subgraph.js';
import type { ResolvePeerAddress, PeerAddress } from '../../subgraphs/shared/peers/peer-address.js';
import type { SubgraphName } from '../../subgraphs/shared/configuration/registry.js';
import { filesConfig } from './datasets.js';
import { noPeer } from './no-peer.js';
import { servingParts } from './serving.js';
import { runSubgraph, type RunningSubgraph } from './subgraph.js';

/** Addresses of houses that run in one process, each known from when it has started; down until then. */
export class PeerBook {
  readonly #addresses = new Map<SubgraphName, PeerAddress>();

  find(name: SubgraphName): ResolvePeerAddress {
    return () => this.#addresses.get(name) ?? noPeer();
  }

  enter(name: SubgraphName, { url, key }: PeerAddress): void {
    this.#addresses.set(name, { url, key });
  }
}

/** The two houses that ask each other, on databases of their own, without a gateway. */
export interface RunningPeers {
  datasets: RunningSubgraph<DatasetsClient>;
  serving: RunningSubgraph<ServingClient>;
  close(): Promise<void>;
}

export async function runPeers(): Promise<RunningPeers> {
  const book = new PeerBook();
  const datasets = await runSubgraph(datasetsHouse({ ...filesConfig, serving: book.find('serving') }));
  const serving = await runSubgraph(servingHouse({ ...servingParts, datasets: book.find('datasets') }));
  book.enter('datasets', datasets);
  book.enter('serving', serving);
  return { datasets, serving, close: async () => void (await Promise.all([datasets.close(), serving.close()])) };
}
