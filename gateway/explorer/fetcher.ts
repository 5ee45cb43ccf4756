import { createGraphiQLFetcher, type Fetcher, type FetcherOpts } from '@graphiql/toolkit';
import { createClient } from 'graphql-sse';
import { getOperationAST, OperationTypeNode, parse, print, separateOperations } from 'graphql';

/** Accepts incremental delivery of operations with `@defer`. */
const ACCEPT = 'multipart/mixed;deferSpec=20220824, application/json';

/**
 * Returns the fetcher of the explorer. It sends subscriptions over server-sent events and other operations by POST. Of a document
 * with several operations it sends the chosen one with its fragments, because the gateway limits the operations of a document.
 */
export function explorerFetcher(url: string, headers: Record<string, string>): Fetcher {
  const post = createGraphiQLFetcher({ url, headers: { accept: ACCEPT, ...headers } });
  return (parameters, options) => {
    const { operationName } = parameters;
    const query = operationName ? onlyOperation(parameters.query, operationName) : parameters.query;
    const isSubscription = getOperationAST(parse(query), operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
    if (!isSubscription) return post({ ...parameters, query }, options);
    const client = createClient({ url, headers: { ...headers, ...headersOf(options) } });
    return client.iterate({ ...parameters, query, operationName: operationName ?? undefined });
  };
}

/** Returns the document with one of its operations and the fragments of that. Returns it unchanged if it has no such operation. */
function onlyOperation(query: string, operationName: string): string {
  const operations = separateOperations(parse(query));
  const only = operations[operationName];
  return only && Object.keys(operations).length > 1 ? print(only) : query;
}

const headersOf = (options: FetcherOpts | undefined): Record<string, string> => (options?.headers ?? {}) as Record<string, string>;
