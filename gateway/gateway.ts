import type { AddressInfo } from 'node:net';
import cors from '@fastify/cors';
import { pino, type Logger } from 'pino';
import { createHttpServer } from '../subgraphs/shared/server/http-server.js';
import type { Closeable } from '../subgraphs/shared/jobs/closeable.js';
import { credentialsOf, credentialsWith, evaluateRolePolicies } from './authorization/credentials.js';
import { subgraphEndpoint, type GatewayConfig } from './config.js';
import { unknownSubgraphs } from './configuration-file.js';
import type { GatewayContext } from './context.js';
import { FederationGateway } from './execution/federation-gateway.js';
import { SubgraphTransport } from './transport/subgraph-transport.js';
import { explorerRoutes } from './explorer/explorer-routes.js';
import { HeaderPolicy } from './headers/header-policy.js';
import { OperationGuards } from './guards/operation-guards.js';
import { EXPOSED_HEADERS } from './http/cors.js';
import { createApolloServer } from './http/apollo-server.js';
import { graphqlRoute } from './http/graphql-route.js';
import { KnownOperations } from './http/known-operations.js';
import { OperationExecutor } from './http/operation-executor.js';
import { StreamLimiter } from './http/stream-limiter.js';
import { ClientConnections } from './identity/client-connections.js';
import { openIdentity } from './identity/open-identity.js';
import { contextCreator, httpContext } from './identity/request-context.js';
import { fileRoutes } from './files/file-routes.js';
import { createRateLimits } from './rate-limits/create-rate-limits.js';
import { RATE_LIMIT_SUBGRAPH, withRateLimitSubgraph } from './rate-limits/rate-limit-subgraph.js';
import { RedisConnection } from './rate-limits/redis-connection.js';
import { loadFederationLibraries } from './federation-libraries.js';
import { UsageReports } from './studio/usage-reports.js';
import { subscriber } from './subscriptions/subscribe.js';
import { openSupergraph } from './supergraph/supergraph.js';
import { websocketRoute } from './websocket/websocket-route.js';

const UPLOAD_ADVICE = 'To upload a file, call the mutation fileUploadCreate and send the bytes by PUT to the URL that it returns.';

/** Starts the gateway. It resolves when the server listens. */
export async function startGateway(
  config: GatewayConfig,
  logger: Logger = pino({ name: 'gateway', level: config.logLevel }),
): Promise<Closeable & { url: string }> {
  const { createPlanner, composeSubgraphs } = await loadFederationLibraries(config, logger);
  const supergraph = await openSupergraph(config, (running) => composeSubgraphs([...running, RATE_LIMIT_SUBGRAPH]), logger);
  const subgraphs = new SubgraphTransport({
    endpoint: (name, url) => subgraphEndpoint(config, name, url),
    timeoutMs: config.subgraphTimeoutMs,
    maxResponseBytes: config.limits.responseBytes,
    deduplicates: config.deduplicatesRequests,
    logger,
  });
  const guards = new OperationGuards(config.limits);
  const gateway = new FederationGateway<GatewayContext>({
    supergraph: supergraph.current,
    createPlanner,
    createSender: (context, { subgraphUrls }, isTraced) =>
      withRateLimitSubgraph(subgraphs.requestSender(isTraced ? { ...context, isTraced } : context, subgraphUrls), subgraphUrls, context),
    getCredentials: async ({ viewer, token }, policies) =>
      token ? credentialsWith(token) : credentialsOf(viewer, policies, evaluateRolePolicies),
    onSubsequentResults: ({ onSubsequentResults }) => onSubsequentResults,
    onSupergraph: (apiSchema, document) => guards.addSchema(apiSchema, document),
    beforePlanning: ({ rates }) => rates.admitNewOperation(),
    onDeferFallback: (error, { requestId }) =>
      logger.warn({ err: error, requestId }, 'operation with @defer was executed without deferring'),
    onUnreportedError: (error, { requestId }) =>
      logger.warn({ err: error, path: error.path, requestId }, 'a field that only the query plan selected failed'),
  });

  gateway.onSchemaLoadOrUpdate(() => {
    const unknown = unknownSubgraphs(config, gateway.currentGeneration.subgraphUrls);
    if (unknown.length > 0) logger.warn({ subgraphs: unknown }, 'the configuration file has rules for subgraphs that do not exist');
  });

  const identity = await openIdentity(config, logger);
  const headerPolicy = new HeaderPolicy({
    rules: config.headerRules,
    onInvalidValue: (header) => logger.warn({ header }, 'a claim was not sent to a subgraph: its value cannot be a header'),
    onIncompleteResponse: () => logger.warn('headers of subgraphs were not returned: they are not valid or larger than the limit'),
  });

  const redis = config.redisUrl === undefined ? null : await RedisConnection.open(config.redisUrl, logger);
  const usageReports = config.studio && (await UsageReports.load(config.studio, logger));
  const knownOperations = new KnownOperations(gateway, guards, usageReports);
  const server = createHttpServer({
    logger,
    bodyLimit: config.limits.bodyBytes,
    checkReadiness: async () => undefined,
    requestTimeoutMs: config.maxRequestMs,
  });
  const apollo = createApolloServer({
    gateway,
    guards,
    knownOperations,
    limits: config.limits,
    isProduction: config.isProduction,
    usageReports,
  });
  await apollo.start();
  const unwatch = supergraph.onChange(
    (sdl) =>
      void gateway.update(sdl).then(
        () => logger.info('new supergraph loaded'),
        (error: unknown) => logger.error({ err: error }, 'new supergraph failed to load; the current supergraph stays'),
      ),
  );
  server.addHook('onClose', async () => {
    unwatch();
    await supergraph.close();
    await apollo.stop();
    await subgraphs.close();
    await identity.close();
    redis?.close();
  });

  await server.register(cors, {
    origin: [...config.corsOrigins],
    methods: ['GET', 'POST', 'PUT'],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 86_400,
  });
  const operations = new OperationExecutor<GatewayContext>({
    apollo,
    executeKnown: (...request) => knownOperations.execute(...request),
    checkDocument: (query, context) => guards.checkDocument(query, context),
    maxTokens: config.limits.tokens,
    extensionsOf: ({ extensions }) => extensions,
    subgraphErrors: config.subgraphErrors,
    subscribe: subscriber({ gateway, subgraphs, apollo }),
  });
  const createContext = contextCreator({
    identify: identity.identify,
    rateLimits: createRateLimits(config.limits, redis),
    namesClients: usageReports !== null,
    createSubgraphHeaders: (headers, claims) => headerPolicy.forRequest(headers, claims),
  });
  const connections = new ClientConnections(config.trustedProxies ?? [], logger);
  const clients = {
    clientOf: ({ rates }: GatewayContext) => rates.principal,
    streams: new StreamLimiter(config.limits.streams),
  };
  websocketRoute(server, {
    operations,
    createContext,
    connections,
    corsOrigins: config.corsOrigins,
    ...clients,
    sockets: new StreamLimiter(config.limits.sockets, 'sockets'),
    maxOperations: config.limits.socketOperations,
    maxMessageBytes: config.limits.bodyBytes,
    maxUnreadBytes: config.limits.unreadBytes,
    initTimeoutMs: config.maxRequestMs,
    logger,
  });
  const files = config.subgraphs?.find(({ name }) => name === 'datasets');
  await graphqlRoute(server, {
    operations,
    context: httpContext(createContext, connections),
    corsOrigins: config.corsOrigins,
    headersOf: ({ subgraphHeaders }, { errors }) => subgraphHeaders?.returnedFields(errors !== undefined),
    subscriptions: clients,
    explorerPath: config.explorer && '/',
    uploadAdvice: files ? UPLOAD_ADVICE : '',
  });
  if (files) await fileRoutes(server, files);
  if (config.explorer) explorerRoutes(server, config.explorer.operations);

  await server.listen({ host: config.host, port: config.port });
  const url = `http://${config.host}:${(server.server.address() as AddressInfo).port}`;
  logger.info(`gateway listens at ${url}/graphql`);
  return { url, close: () => server.close() };
}
