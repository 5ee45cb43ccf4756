import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { contractSupergraph } from './contract.js';

/** The schema that clients of a supergraph see: without the federation machinery and what is `@inaccessible`. */
export const apiSchema = (supergraph: string): GraphQLSchema =>
  Supergraph.build(supergraph, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES })
    .apiSchema()
    .toGraphQLJSSchema({ includeDefer: true });

/** The files that are committed beside this folder, by name: what is reviewed when a schema changes. */
export function schemaFiles(supergraph: string): Readonly<Record<'supergraph.graphql' | 'api.graphql' | 'public.graphql', string>> {
  return {
    'supergraph.graphql': supergraph,
    'api.graphql': print(supergraph),
    'public.graphql': print(contractSupergraph(supergraph, 'public')),
  };
}

const print = (supergraph: string): string => `${printSchema(lexicographicSortSchema(apiSchema(supergraph)))}\n`;
