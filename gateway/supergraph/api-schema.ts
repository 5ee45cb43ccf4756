import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { contractSupergraph } from './contract.js';

/** Returns the API schema of a supergraph: the supergraph without federation's own types and `@inaccessible` elements. */
export const apiSchema = (supergraph: string): GraphQLSchema =>
  Supergraph.build(supergraph, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES })
    .apiSchema()
    .toGraphQLJSSchema({ includeDefer: true });

/** Returns the contents of the committed schema files by file name. Reviewers see schema changes in these files. */
export function schemaFiles(supergraph: string): Readonly<Record<'supergraph.graphql' | 'api.graphql' | 'public.graphql', string>> {
  return {
    'supergraph.graphql': supergraph,
    'api.graphql': print(supergraph),
    'public.graphql': print(contractSupergraph(supergraph, 'public')),
  };
}

const print = (supergraph: string): string => `${printSchema(lexicographicSortSchema(apiSchema(supergraph)))}\n`;
