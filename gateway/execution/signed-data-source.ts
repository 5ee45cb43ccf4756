import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { Logger } from 'pino';
import type { GatewayContext } from '../context.js';
import { clientError, postSigned, SubgraphFault, type SubgraphConnection } from './subgraph-request.js';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** Sends the fetches of a query plan to one subgraph, each signed for the viewer of the request. */
export class SignedDataSource implements GraphQLDataSource<GatewayContext> {
  readonly #url: string;
  readonly #connection: SubgraphConnection;
  readonly #logger: Logger;

  constructor(url: string, connection: SubgraphConnection, logger: Logger) {
    this.#url = url;
    this.#connection = connection;
    this.#logger = logger;
  }

  async process({ request, context }: GraphQLDataSourceProcessOptions<GatewayContext>): Promise<Answer> {
    const { requestId, viewer } = context as GatewayContext;
    const { query, variables, operationName } = request;
    try {
      return (await postSigned(this.#url, this.#connection, { requestId, viewer }, { query, variables, operationName })) as Answer;
    } catch (error) {
      if (!(error instanceof SubgraphFault)) throw error;
      this.#logger.warn({ err: error, requestId }, 'subgraph fault');
      throw clientError(error);
    }
  }
}
