import { readdirSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { scalars } from './scalars.js';

/** The resolver map of a subgraph. Its own `schema.ts` checks it against the types that codegen generates from the SDL. */
export type ResolverMap = object;

/** Builds the executable schema of a subgraph from the SDL below its folder, the SDL that all subgraphs share, and its resolvers. */
export function subgraphSchema(sdlFolder: URL, resolvers: ResolverMap): GraphQLSchema {
  const [first, ...others] = [...readSdl(new URL('.', import.meta.url)), ...readSdl(sdlFolder)];
  const withResolvers = { typeDefs: first!, resolvers: { ...scalars, ...resolvers } as never };
  return buildSubgraphSchema([withResolvers, ...others.map((typeDefs) => ({ typeDefs }))]);
}

/** Reads all `.graphql` files below a folder, in a stable order. */
export function readSdl(folder: URL): DocumentNode[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.graphql'));
  return files.sort().map((file) => parse(readFileSync(new URL(file, folder), 'utf8')));
}
