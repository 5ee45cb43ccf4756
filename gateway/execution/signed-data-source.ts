import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { Logger } from 'pino';
import type { GatewayContext } from '../context.js';
import type { SubgraphAddress } from '../config.js';
import { clientError, postSigned, SubgraphFault } from './subgraph-request.js';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** Sends the fetches of a query plan to one subgraph, each signed for the viewer of the request. */
export class SignedDataSource implements GraphQLDataSource<GatewayContext> {
  readonly #subgraph: SubgraphAddress;
  readonly #timeoutMs: number;
  readonly #logger: Logger;

  constructor(subgraph: SubgraphAddress, timeoutMs: number, logger: Logger) {
    this.#subgraph = subgraph;
    this.#timeoutMs = timeoutMs;
    this.#logger = logger;
  }

  async process({ request, context }: GraphQLDataSourceProcessOptions<GatewayContext>): Promise<Answer> {
    const { requestId, viewer, operation } = context as GatewayContext;
    const { query, variables, operationName } = request;
    try {
      const answer = await postSigned(
        this.#subgraph,
        this.#timeoutMs,
        { requestId, viewer, operation },
        { query, variables, operationName },
      );
      if (!('data' in answer || 'errors' in answer)) throw new SubgraphFault(this.#subgraph.name, 'answered without data');
      return answer as Answer;
    } catch (error) {
      if (!(error instanceof SubgraphFault)) throw error;
      this.#logger.warn({ err: error, requestId }, 'subgraph fault');
      throw clientError(error);
    }
  }
}
