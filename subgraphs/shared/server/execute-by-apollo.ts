import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import type { SignedRequest } from '../viewer/signature.js';

/** The response of Apollo Server to a request that asks for no incremental delivery. */
export interface ApolloResponse {
  status?: number;
  headers: HeaderMap;
  body: { string: string };
}

/** Executes an operation with all checks of Apollo Server. */
export async function executeByApollo(
  apollo: ApolloServer<SignedRequest>,
  { headers: { accept = 'application/json' }, body }: Pick<FastifyRequest, 'headers' | 'body'>,
  context: () => SignedRequest,
): Promise<ApolloResponse> {
  const headers = new HeaderMap([
    ['content-type', 'application/json'],
    ['accept', accept],
  ]);
  const response = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body },
    context: async () => context(),
  });
  if (response.body.kind !== 'complete') throw new Error('Apollo Server responded incrementally to a request that did not ask for it.');
  return { ...response, body: response.body };
}
