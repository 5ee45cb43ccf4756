import { createGraphiQLFetcher, type Fetcher, type FetcherOpts } from '@graphiql/toolkit';
import { createClient } from 'graphql-sse';
import { getOperationAST, OperationTypeNode, parse } from 'graphql';

/** Accepts incremental delivery of operations with `@defer`. */
const ACCEPT = 'multipart/mixed;deferSpec=20220824, application/json';

/** Returns the fetcher of the explorer. It sends subscriptions over server-sent events and other operations by POST. */
export function explorerFetcher(url: string, headers: Record<string, string>): Fetcher {
  const post = createGraphiQLFetcher({ url, headers: { accept: ACCEPT, ...headers } });
  return (parameters, options) => {
    const { query, operationName } = parameters;
    const isSubscription = getOperationAST(parse(query), operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
    if (!isSubscription) return post(parameters, options);
    const client = createClient({ url, headers: { ...headers, ...headersOf(options) } });
    return client.iterate({ ...parameters, operationName: operationName ?? undefined });
  };
}

const headersOf = (options: FetcherOpts | undefined): Record<string, string> => (options?.headers ?? {}) as Record<string, string>;
