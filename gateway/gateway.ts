import type { AddressInfo } from 'node:net';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import cors from '@fastify/cors';
import { pino } from 'pino';
import { mask } from '../subgraphs/shared/errors/mask.js';
import { httpServer } from '../subgraphs/shared/server/http-server.js';
import type { Running } from '../subgraphs/shared/server/process.js';
import { requireScope } from '../subgraphs/shared/viewer/require-scope.js';
import { addressOf, type GatewayConfig } from './config.js';
import type { GatewayContext } from './context.js';
import { SignedDataSource } from './execution/signed-data-source.js';
import { explorer } from './explorer/explorer.js';
import { clientErrors } from './guards/client-errors.js';
import { limits, MAX_TOKENS } from './guards/limits.js';
import { storableValues } from './guards/values.js';
import { Identity } from './identity/identity.js';
import { requestContext } from './identity/request-context.js';
import { loadSupergraph } from './supergraph/supergraph.js';

/** Bytes of the largest body that a client may send. */
const BODY_LIMIT = 256 * 1024;

/** The gateway, listening: the supergraph behind Apollo Server, each request signed for its viewer. */
export async function startGateway(config: GatewayConfig): Promise<Running & { url: string }> {
  const logger = pino({ name: 'gateway', level: config.logLevel });
  const gateway = new ApolloGateway({
    supergraphSdl: await loadSupergraph(config),
    buildService: ({ name }) => new SignedDataSource(addressOf(config, name), config.subgraphTimeoutMs, logger),
    logger: logger as never,
  });

  const server = httpServer({ logger, bodyLimit: BODY_LIMIT, ready: async () => undefined });
  const apollo = new ApolloServer<GatewayContext>({
    gateway,
    introspection: !config.isProduction,
    stopOnTerminationSignals: false, // process.ts stops what runs, in order.
    hideSchemaDetailsFromClientErrors: config.isProduction,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    maxRecursiveSelections: true,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      requireScope as never,
      limits as never,
      storableValues as never,
      clientErrors(logger),
    ],
    formatError: (error) => mask(error),
  });
  await apollo.start();
  server.addHook('onClose', () => apollo.stop());

  await server.register(cors, { origin: [...config.corsOrigins], methods: ['GET', 'POST'], maxAge: 86_400 });
  const identity = new Identity(
    config.subgraphs.find(({ name }) => name === 'serving')!,
    config.subgraphTimeoutMs,
    logger,
  );
  server.route({ method: ['GET', 'POST'], url: '/graphql', handler: fastifyApolloHandler(apollo, { context: requestContext(identity) }) });
  if (config.explorer) explorer(server, config.explorer.operations);

  await server.listen({ host: config.host, port: config.port });
  const url = `http://${config.host}:${(server.server.address() as AddressInfo).port}`;
  logger.info(`the graph is at ${url}/graphql`);
  return { url, close: () => server.close() };
}
