import { printSubgraphSchema } from '@apollo/subgraph';
import { compose } from './gateway/supergraph/compose.js';
import { chat } from './subgraphs/chat/subgraph.js';
import { resolvers as datasetsResolvers } from './subgraphs/datasets/schema.js';
import { devlab } from './subgraphs/devlab/subgraph.js';
import { documents } from './subgraphs/documents/subgraph.js';
import { resolvers as servingResolvers } from './subgraphs/serving/schema.js';
import { defaultPort, type SubgraphName } from './subgraphs/shared/configuration/names.js';
import { subgraphSchema, type ResolverMap } from './subgraphs/shared/schema/subgraph-schema.js';

/** The parts of a subgraph that its schema is made of. */
interface SubgraphSource {
  name: SubgraphName;
  sdlFolder: URL;
  resolvers: ResolverMap;
}

const datasets: SubgraphSource = {
  name: 'datasets',
  sdlFolder: new URL('subgraphs/datasets/', import.meta.url),
  resolvers: datasetsResolvers,
};
const serving: SubgraphSource = { name: 'serving', sdlFolder: new URL('subgraphs/serving/', import.meta.url), resolvers: servingResolvers };
const sources: readonly SubgraphSource[] = [datasets, chat, documents, serving, devlab];

/** The SDL of each subgraph of this checkout, as its server tells it. */
export const checkoutSubgraphs = () =>
  sources.map(({ name, sdlFolder, resolvers }) => ({
    name,
    url: `http://127.0.0.1:${defaultPort(name)}/graphql`,
    sdl: printSubgraphSchema(subgraphSchema(sdlFolder, resolvers)),
  }));

/** The supergraph of this checkout, without a server running. */
export const composeCheckout = (): string => compose(checkoutSubgraphs());
