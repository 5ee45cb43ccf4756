import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import { sign, type SigningKey } from '../../subgraphs/shared/viewer/signature.js';
import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';
import type { GatewayContext } from '../context.js';
import { subgraphEvents } from './subgraph-events.js';
import type { SendRequest } from './send-request.js';
import { parseAnswer } from './answer.js';
import type { Until } from './client-disconnect.js';
import { InFlight } from './in-flight.js';
import { SubgraphClient } from './subgraph-client.js';
import { clientError, SubgraphFault } from './subgraph-fault.js';

/** Where a subgraph is, and what requests to it are signed with; null where the subgraphs believe anybody. */
export interface Destination {
  url: string;
  key: SigningKey | null;
}

export interface SubgraphsOptions {
  /** Where a subgraph is reached that the supergraph says to be at a URL. */
  destination: (name: string, url: string) => Destination;
  timeoutMs: number;
  /** Whether equal queries of one viewer that are under way at the same time are sent once. */
  shares: boolean;
  logger: Logger;
}

const MAX_WAYS = 200;

/** The ways to the subgraphs. They outlive supergraphs: a new one uses the connections of the old one. */
export class Subgraphs {
  readonly #options: SubgraphsOptions;
  /** By name and URL. Supergraphs come and go: ways that were not used for long are closed, once what is on them is over. */
  readonly #clients = new LRUCache<string, { client: SubgraphClient; key: SigningKey | null }>({
    max: MAX_WAYS,
    dispose: ({ client }) => void client.close(),
  });
  readonly #inFlight = new InFlight();

  constructor(options: SubgraphsOptions) {
    this.#options = options;
  }

  /** The way to the subgraphs for one client's request. URLs are those of its supergraph, by subgraph. */
  sender(context: GatewayContext, urls: ReadonlyMap<string, string>): SendRequest {
    const { shares } = this.#options;
    const { signal } = context;
    let viewer: string | undefined;

    const post = (name: string, body: string, isMutation: boolean, until: Until | undefined): Promise<string> => {
      const { client, key } = this.#connection(name, urls.get(name)!);
      const headers = key ? () => sign(name, key, context, body) : {};
      return client.post({ body, headers, isRepeatable: !isMutation, signal: until });
    };
    return async (name, body, isMutation) => {
      try {
        // A mutation's follow-up queries see what it did: they are not shared with what was asked before it.
        if (!shares || context.operation === 'mutation') return parseAnswer(name, await post(name, body, isMutation, signal));
        viewer ??= JSON.stringify(context.viewer);
        const ask = (until?: Until): Promise<string> => post(name, body, isMutation, until);
        // What is shared is the text: each request parses its own answer, as it adds to the objects.
        return parseAnswer(name, await this.#inFlight.share(`${name}\n${viewer}\n${body}`, signal, ask));
      } catch (error) {
        throw this.#clientError(error, context);
      }
    };
  }

  /** The events of a subscription in a subgraph, after the one that its client saw last. */
  events(
    context: GatewayContext,
    urls: ReadonlyMap<string, string>,
    name: string,
    body: string,
    lastEventId: string | undefined,
  ): AsyncIterable<StreamEvent> {
    const { url, key } = this.#options.destination(name, urls.get(name)!);
    const { timeoutMs: connectTimeoutMs } = this.#options;
    const headers = (): Readonly<Record<string, string>> => (key ? sign(name, key, context, body) : {});
    return this.#told(
      context,
      subgraphEvents({ subgraph: name, url, headers, body, lastEventId, signal: context.signal, connectTimeoutMs }),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map(({ client }) => client.close()));
  }

  #told(context: GatewayContext, events: AsyncIterableIterator<StreamEvent>): AsyncIterableIterator<StreamEvent> {
    return {
      next: () =>
        events.next().catch((error: unknown) => {
          throw this.#clientError(error, context);
        }),
      return: () => events.return!(),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** What the client may know of what went wrong; the rest goes to the log, unless it is that nobody waits any more. */
  #clientError(error: unknown, { requestId, signal }: GatewayContext): unknown {
    if (signal?.aborted) return ABANDONED;
    if (!(error instanceof SubgraphFault)) return error;
    this.#options.logger.warn({ err: error, requestId }, 'subgraph fault');
    return clientError(error);
  }

  #connection(name: string, claimedUrl: string): { client: SubgraphClient; key: SigningKey | null } {
    const id = `${name} ${claimedUrl}`;
    let connection = this.#clients.get(id);
    if (!connection) {
      const { url, key } = this.#options.destination(name, claimedUrl);
      const { timeoutMs, logger } = this.#options;
      connection = { client: new SubgraphClient({ name, url, timeoutMs, logger }), key };
      this.#clients.set(id, connection);
    }
    return connection;
  }
}

const ABANDONED = codedError('UNAVAILABLE', 'Nobody waits for the answer.');
