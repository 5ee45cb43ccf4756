import { graphqlSync, type GraphQLSchema } from 'graphql';
import { RATE_LIMIT_SUBGRAPH } from './gateway/rate-limits/rate-limit-subgraph.js';
import { compose } from './gateway/supergraph/compose.js';
import { resolvers as chat } from './subgraphs/chat/schema.js';
import { resolvers as datasets } from './subgraphs/datasets/schema.js';
import { resolvers as devlab } from './subgraphs/devlab/schema.js';
import { resolvers as documents } from './subgraphs/documents/schema.js';
import { resolvers as serving } from './subgraphs/serving/schema.js';
import { defaultUrl, REGISTRY, SUBGRAPHS, type SubgraphName } from './subgraphs/shared/configuration/registry.js';
import { subgraphSchema, type ResolverMap } from './subgraphs/shared/schema/subgraph-schema.js';

const resolvers: Readonly<Record<SubgraphName, ResolverMap>> = { datasets, chat, documents, serving, devlab };

/** The SDL of each subgraph of this checkout, as its server answers it to `_service`, and that of the gateway itself. */
export const checkoutSubgraphs = () => [
  ...SUBGRAPHS.map((name) => ({
    name,
    url: defaultUrl(name),
    sdl: servedSdl(subgraphSchema(REGISTRY[name].sdlFolder, resolvers[name])),
  })),
  RATE_LIMIT_SUBGRAPH,
];

function servedSdl(schema: GraphQLSchema): string {
  const { data } = graphqlSync({ schema, source: '{ _service { sdl } }' }) as { data: { _service: { sdl: string } } };
  return data._service.sdl;
}

/** Returns the supergraph of this checkout. No server has to run. */
export const composeCheckout = (): string => compose(checkoutSubgraphs());
