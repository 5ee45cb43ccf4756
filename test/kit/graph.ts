import { randomBytes } from 'node:crypto';
import type { GatewayConfig } from '../../gateway/config.js';
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
import { TEST_CONFIG } from './gateway-config.js';
import { PeerAddresses } from './peers.js';
import { servingParts, servingSecrets } from './serving.js';
import { runSubgraph, type RunningSubgraph } from './subgraph.js';

/** Creates the five subgraphs as the graph runs them. */
const createSubgraphs = (book: PeerAddresses) =>
  [
    datasets({ ...filesConfig, serving: book.resolverOf('serving') }),
    chat,
    documents,
    serving({ ...servingParts, datasets: book.resolverOf('datasets') }),
    devlab,
  ] as unknown as readonly Subgraph[];

/** The five subgraphs, for tests that need only their schemas. */
export const allSubgraphs = createSubgraphs(new PeerAddresses());

/** The whole graph in this process: gateway and five subgraphs over real HTTP, each subgraph with its own database. */
export interface RunningGraph {
  url: string;
  subgraphs: Readonly<Record<SubgraphName, RunningSubgraph>>;
  /** Sends an operation with an API key; null for an anonymous client. */
  execute: Execute<string | null>;
  /** Creates an organization and an API key of its administrator. */
  createOrganization(options?: { isPlatformAdmin?: boolean }): Promise<NewOrganization>;
  close(): Promise<void>;
}

export type NewOrganization = Awaited<ReturnType<typeof createOrganization>> & { slug: string };

export async function runGraph(settings: Partial<GatewayConfig> = {}): Promise<RunningGraph> {
  const book = new PeerAddresses();
  const definitions = createSubgraphs(book);
  const running = await Promise.all(definitions.map((definition) => runSubgraph(definition)));
  const subgraphs = Object.fromEntries(definitions.map(({ name }, index) => [name, running[index]!])) as Record<
    SubgraphName,
    RunningSubgraph
  >;
  for (const { name } of definitions) book.set(name, subgraphs[name]);
  const gateway = await startGateway({
    ...TEST_CONFIG,
    logLevel: 'error',
    isProduction: false,
    subgraphs: definitions.map(({ name }) => ({ name, url: subgraphs[name].url, key: subgraphs[name].key })),
    subgraphTimeoutMs: 10_000,
    ...settings,
  });
  const url = `${gateway.url}/graphql`;
  return {
    url,
    subgraphs,
    async execute(apiKey: string | null, query: string, variables?: object) {
      const headers = { 'content-type': 'application/json', ...(apiKey && { authorization: `Bearer ${apiKey}` }) };
      return (await (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })).json()) as never;
    },
    async createOrganization({ isPlatformAdmin = false } = {}) {
      const slug = `org-${randomBytes(6).toString('hex')}`;
      const input = { name: slug, slug, adminEmail: `admin@${slug}.example`, adminFullName: 'Admin', isPlatformAdmin };
      return { slug, ...(await createOrganization(subgraphs.serving.client as never, servingSecrets, input)) };
    },
    async close() {
      await gateway.close();
      await Promise.all(running.map((subgraph) => subgraph.close()));
    },
  };
}
