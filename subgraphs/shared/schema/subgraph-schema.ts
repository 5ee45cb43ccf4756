import { readdirSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { scalars } from './scalars.js';

/** A house's resolver map; the types that codegen made of its SDL check it where it is written. */
export type ResolverMap = object;

/** The executable schema of a house: all SDL below its folder and what all subgraphs share, answered by its resolvers. */
export function subgraphSchema(house: URL, resolvers: ResolverMap): GraphQLSchema {
  const [first, ...others] = [...readSdl(new URL('.', import.meta.url)), ...readSdl(house)];
  const answered = { typeDefs: first!, resolvers: { ...scalars, ...resolvers } as never };
  return buildSubgraphSchema([answered, ...others.map((typeDefs) => ({ typeDefs }))]);
}

/** Every `.graphql` file below the folder, in a stable order. */
export function readSdl(folder: URL): DocumentNode[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.graphql'));
  return files.sort().map((file) => parse(readFileSync(new URL(file, folder), 'utf8')));
}
