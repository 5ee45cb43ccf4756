import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import type { SignedRequest } from '../viewer/signature.js';

/** The request header that asks for a trace of the resolvers, with the value `ftv1`. */
export const TRACE_HEADER = 'apollo-federation-include-trace';

/** The response of Apollo Server to a request that asks for no incremental delivery. */
export interface ApolloResponse {
  status?: number;
  headers: HeaderMap;
  body: { string: string };
}

/** Executes an operation with all checks of Apollo Server. */
export async function executeByApollo(
  apollo: ApolloServer<SignedRequest>,
  { headers: { accept = 'application/json', [TRACE_HEADER]: trace }, body }: Pick<FastifyRequest, 'headers' | 'body'>,
  context: () => SignedRequest,
): Promise<ApolloResponse> {
  const headers = new HeaderMap([
    ['content-type', 'application/json'],
    ['accept', accept],
  ]);
  if (trace) headers.set(TRACE_HEADER, String(trace));
  const response = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body },
    context: async () => context(),
  });
  if (response.body.kind !== 'complete') throw new Error('Apollo Server responded incrementally to a request that did not ask for it.');
  return { ...response, body: response.body };
}
