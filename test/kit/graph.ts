import { randomBytes } from 'node:crypto';
import type { GatewayConfig } from '../../gateway/config.js';
import { DEFAULT_LIMITS } from '../../gateway/guards/limits.js';
import { startGateway } from '../../gateway/gateway.js';
import { chat } from '../../subgraphs/chat/subgraph.js';
import { datasets } from '../../subgraphs/datasets/subgraph.js';
import { devlab } from '../../subgraphs/devlab/subgraph.js';
import { documents } from '../../subgraphs/documents/subgraph.js';
import { createOrganization } from '../../subgraphs/serving/organization/create-organization.unscoped.store.js';
import { serving } from '../../subgraphs/serving/subgraph.js';
import type { SubgraphName } from '../../subgraphs/shared/configuration/registry.js';
import type { Subgraph } from '../../subgraphs/shared/server/subgraph.js';
import { filesConfig } from './datasets.js';
import type { Execute } from './documents/typed-document.js';
import { PeerBook } from './peers.js';
import { servingParts, servingSecrets } from './serving.js';
import { runSubgraph, type RunningSubgraph } from './subgraph.js';

/** The five houses, as the graph runs them. */
const housesOf = (book: PeerBook) =>
  [
    datasets({ ...filesConfig, serving: book.find('serving') }),
    chat,
    documents,
    serving({ ...servingParts, datasets: book.find('datasets') }),
    devlab,
  ] as unknown as readonly Subgraph[];

/** The five houses for those who want their schemas alone. */
export const houses = housesOf(new PeerBook());

/** The whole graph in this process: gateway and five subgraphs over real HTTP, each subgraph on a database of its own. */
export interface RunningGraph {
  url: string;
  subgraphs: Readonly<Record<SubgraphName, RunningSubgraph>>;
  /** Asks as a client with this credential (none: anonymous). */
  ask: Execute<string | null>;
  /** A new organization and its administrator's API key. */
  organization(options?: { isPlatformAdmin?: boolean }): Promise<NewOrganization>;
  close(): Promise<void>;
}

export type NewOrganization = Awaited<ReturnType<typeof createOrganization>> & { slug: string };

export async function runGraph(settings: Partial<GatewayConfig> = {}): Promise<RunningGraph> {
  const book = new PeerBook();
  const houses = housesOf(book);
  const running = await Promise.all(houses.map((house) => runSubgraph(house)));
  const subgraphs = Object.fromEntries(houses.map((house, index) => [house.name, running[index]!])) as Record<
    SubgraphName,
    RunningSubgraph
  >;
  for (const { name } of houses) book.enter(name, subgraphs[name]);
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    logLevel: 'error',
    isProduction: false,
    subgraphs: houses.map(({ name }) => ({ name, url: subgraphs[name].url, key: subgraphs[name].key })),
    subgraphUrl: () => undefined,
    deduplicatesRequests: true,
    reportsUsage: false,
    plansInThread: false,
    supergraphFile: null,
    contract: null,
    corsOrigins: [],
    explorer: null,
    subgraphTimeoutMs: 10_000,
    limits: DEFAULT_LIMITS,
    ...settings,
  });
  const url = `${gateway.url}/graphql`;
  return {
    url,
    subgraphs,
    async ask(apiKey: string | null, query: string, variables?: object) {
      const headers = { 'content-type': 'application/json', ...(apiKey && { authorization: `Bearer ${apiKey}` }) };
      return (await (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })).json()) as never;
    },
    async organization({ isPlatformAdmin = false } = {}) {
      const slug = `org-${randomBytes(6).toString('hex')}`;
      const made = { name: slug, slug, adminEmail: `admin@${slug}.example`, adminFullName: 'Admin', isPlatformAdmin };
      return { slug, ...(await createOrganization(subgraphs.serving.client as never, servingSecrets, made)) };
    },
    async close() {
      await gateway.close();
      await Promise.all(running.map((subgraph) => subgraph.close()));
    },
  };
}
