import { createGraphiQLFetcher, type Fetcher, type FetcherOpts } from '@graphiql/toolkit';
import { createClient, type Client } from 'graphql-ws';
import { getOperationAST, OperationTypeNode, parse, print, separateOperations, type ExecutionResult } from 'graphql';

/** Accepts incremental delivery of operations with `@defer`. */
const ACCEPT = 'multipart/mixed;deferSpec=20220824, application/json';
/** The milliseconds for which a socket without a subscription stays open. */
const IDLE_MS = 10_000;

/**
 * Returns the fetcher of the explorer. It sends subscriptions over WebSocket and other operations by POST. Of a document with several
 * operations it sends the chosen one with its fragments, because the gateway limits the operations of a document.
 */
export function explorerFetcher(url: string, headers: Record<string, string>): Fetcher {
  const post = createGraphiQLFetcher({ url, headers: { accept: ACCEPT, ...headers } });
  const sockets = new Sockets(url);
  return (parameters, options) => {
    const { operationName } = parameters;
    const query = operationName ? onlyOperation(parameters.query, operationName) : parameters.query;
    const isSubscription = getOperationAST(parse(query), operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
    if (!isSubscription) return post({ ...parameters, query }, options);
    const client = sockets.with({ ...headers, ...headersOf(options) });
    return client.iterate({ ...parameters, query, operationName: operationName ?? undefined }) as AsyncIterableIterator<ExecutionResult>;
  };
}

/** One socket for each set of headers. All subscriptions share it, because browsers limit the connections to a server. */
class Sockets {
  readonly #url: string;
  readonly #clients = new Map<string, Client>();

  constructor(url: string) {
    this.#url = new URL(url, location.href).href.replace(/^http/, 'ws');
  }

  with(connectionParams: Record<string, string>): Client {
    const key = JSON.stringify(connectionParams);
    let client = this.#clients.get(key);
    if (!client) {
      client = createClient({ url: this.#url, connectionParams, lazyCloseTimeout: IDLE_MS });
      this.#clients.set(key, client);
    }
    return client;
  }
}

/** Returns the document with one of its operations and the fragments of that. Returns it unchanged if it has no such operation. */
function onlyOperation(query: string, operationName: string): string {
  const operations = separateOperations(parse(query));
  const only = operations[operationName];
  return only && Object.keys(operations).length > 1 ? print(only) : query;
}

const headersOf = (options: FetcherOpts | undefined): Record<string, string> => (options?.headers ?? {}) as Record<string, string>;
