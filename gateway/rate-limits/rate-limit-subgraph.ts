import { readFileSync } from 'node:fs';
import { buildASTSchema, concatAST, execute, Kind, parse, type ExecutionResult } from 'graphql';
import { parseSubgraphResponse, type SendRequest } from '../transport/subgraph-response.js';
import type { ClientRates } from './client-rates.js';

const NAME = 'gateway';
/** The URL of the subgraph in the supergraph. It cannot be reached: no host has a name below `invalid` (RFC 2606). */
const URL_IN_SUPERGRAPH = 'http://gateway.invalid/';
const sdl = readFileSync(new URL('./rate-limit.graphql', import.meta.url), 'utf8');

/**
 * The subgraph that the gateway itself serves, without HTTP: the fields whose values only the gateway knows. It is composed with
 * the others.
 */
export const RATE_LIMIT_SUBGRAPH = { name: NAME, url: URL_IN_SUPERGRAPH, sdl };

/** The client of a request. */
interface Client {
  viewer: { userId: string } | null;
  rates: ClientRates;
}

interface User {
  id: string;
}

/** Returns a function that sends requests for this subgraph to the gateway itself, and all others as `send` does. */
export function withRateLimitSubgraph(send: SendRequest, urls: ReadonlyMap<string, string>, client: Client): SendRequest {
  if (urls.get(NAME) !== URL_IN_SUPERGRAPH) return send;
  return async (subgraph, body, isMutation) =>
    subgraph === NAME ? parseSubgraphResponse(NAME, JSON.stringify(await executeLocally(body, client))) : send(subgraph, body, isMutation);
}

/** The executable form of the SDL: with the root field of Federation, and without the directives, which graphql-js does not know. */
const schema = buildASTSchema(
  concatAST([
    { kind: Kind.DOCUMENT, definitions: parse(sdl).definitions.filter(({ kind }) => kind !== Kind.SCHEMA_EXTENSION) },
    parse('scalar _Any union _Entity = User type Query { _entities(representations: [_Any!]!): [_Entity]! }'),
  ]),
  { assumeValidSDL: true },
);

const rootValue = {
  _entities: ({ representations }: { representations: readonly User[] }) =>
    representations.map(({ id }) => ({ __typename: 'User', id, rateLimit: (_: unknown, client: Client) => rateLimitOf(id, client) })),
};

const rateLimitOf = (userId: string, { viewer, rates }: Client) => (viewer?.userId === userId ? rates.costUsage() : null);

function executeLocally(body: string, contextValue: Client): ExecutionResult | Promise<ExecutionResult> {
  const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
  return execute({ schema, document: parse(query), rootValue, contextValue, variableValues: variables });
}
