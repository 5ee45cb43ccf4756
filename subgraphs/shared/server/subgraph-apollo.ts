import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { FastifyRequest } from 'fastify';
import type { FormattedExecutionResult, GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { maskError } from '../errors/mask-error.js';
import { requireScopePlugin } from '../viewer/require-scope.js';
import type { SignedRequest } from '../viewer/signature.js';
import { admitSubscriptions } from './admit-subscriptions.js';
import { TRACE_HEADER } from './execute-by-apollo.js';
import { errorLogPlugin } from './log-errors.js';

interface SubgraphApolloOptions {
  logger: Logger;
  /** Writes a result as JSON. */
  stringify: (result: FormattedExecutionResult) => string;
}

/** Creates the Apollo Server of a subgraph. It has no cache rules, which would add work for each field. */
export const createSubgraphApollo = (
  schema: GraphQLSchema,
  plugins: readonly ApolloServerPlugin[],
  { logger, stringify }: SubgraphApolloOptions,
): ApolloServer<SignedRequest> =>
  new ApolloServer<SignedRequest>({
    schema,
    introspection: false,
    stopOnTerminationSignals: false, // run-process.ts stops what runs, in order.
    includeStacktraceInErrorResponses: false,
    csrfPrevention: false, // Requests need the gateway's signature, which no browser can make.
    nodeEnv: 'production',
    logger: apolloLogger(logger),
    plugins: [
      requireScopePlugin as never,
      admitSubscriptions('A subscription requires an event stream as response. Send the header "Accept: text/event-stream".') as never,
      errorLogPlugin(logger),
      ApolloServerPluginCacheControlDisabled(), // The gateway has cache rules of its own.
      ApolloServerPluginUsageReportingDisabled(), // The gateway reports usage, and rover publishes schemas.
      ApolloServerPluginSchemaReportingDisabled(),
      ...(plugins as never[]),
    ],
    formatError: (error) => maskError(error),
    stringifyResult: stringify,
  });

/**
 * The Apollo Server for requests that ask for a trace of their resolvers (`extensions.ftv1`). Tracing wraps every resolver of a
 * schema for good, so this server has a schema of its own. It starts with the first such request.
 */
export class TracingApollo {
  #started: Promise<ApolloServer<SignedRequest>> | null = null;

  /** @param createSchema creates the schema, which nothing else may use. */
  constructor(
    private readonly createSchema: () => GraphQLSchema,
    private readonly options: SubgraphApolloOptions,
  ) {}

  /** Returns the started server. */
  get(): Promise<ApolloServer<SignedRequest>> {
    this.#started ??= this.#start();
    return this.#started;
  }

  async stop(): Promise<void> {
    await (await this.#started)?.stop();
  }

  async #start(): Promise<ApolloServer<SignedRequest>> {
    const { ApolloServerPluginInlineTrace } = await import('@apollo/server/plugin/inlineTrace');
    const apollo = createSubgraphApollo(this.createSchema(), [ApolloServerPluginInlineTrace()], this.options);
    await apollo.start();
    return apollo;
  }
}

/** True if the gateway asks for a trace. */
export const requestsTrace = ({ headers }: FastifyRequest): boolean => headers[TRACE_HEADER] === 'ftv1';

const apolloLogger = (logger: Logger) => ({
  debug: (message?: unknown) => logger.debug(message),
  info: (message?: unknown) => logger.info(message),
  warn: (message?: unknown) => logger.warn(message),
  error: (message?: unknown) => logger.error(message),
});
