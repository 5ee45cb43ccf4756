import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { isPublic, mask } from '../errors/mask.js';
import { withFreshStores } from '../schema/fresh-stores.js';
import { subgraphSchema } from '../schema/subgraph-schema.js';
import { SIGNATURE_HEADER, STATEMENT_HEADER, Verifier, type SignedRequest, type SigningKey } from '../viewer/signature.js';
import { requireScope } from '../viewer/require-scope.js';
import { httpServer, refuse } from './http-server.js';
import type { Client, Subgraph } from './subgraph.js';

/** The gateway writes larger bodies than clients may: representations of a whole page of entities. */
const BODY_LIMIT = 8 * 1024 * 1024;

declare module 'fastify' {
  interface FastifyRequest {
    /** What the gateway vouched for; set before any route but health is reached. */
    signed: SignedRequest;
  }
}

/** A subgraph behind HTTP: it answers POST /graphql, and nothing at all to a request that the gateway did not sign. */
export async function subgraphServer<DatabaseClient extends Client>(
  subgraph: Subgraph<DatabaseClient>,
  client: DatabaseClient,
  { viewerKeys, logger }: { viewerKeys: readonly SigningKey[]; logger: Logger },
): Promise<FastifyInstance> {
  const server = httpServer({ logger, bodyLimit: BODY_LIMIT, ready: () => client.$queryRawUnsafe('SELECT 1') });
  const apollo = new ApolloServer<SignedRequest>({
    schema: withFreshStores(subgraphSchema(subgraph.house, subgraph.resolvers)),
    introspection: false,
    stopOnTerminationSignals: false, // process.ts stops what runs, in order.
    includeStacktraceInErrorResponses: false,
    csrfPrevention: false, // Only the gateway's signature opens this door; a browser cannot make one.
    nodeEnv: 'production',
    logger: apolloLogger(logger),
    plugins: [requireScope as never, logFaults(logger)],
    formatError: (error) => mask(error),
  });
  await apollo.start();
  server.addHook('onClose', () => apollo.stop());

  await server.register(async (guarded) => {
    guarded.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    const verifier = new Verifier(subgraph.name, viewerKeys);
    guarded.decorateRequest('signed', null as never);
    guarded.addHook('preValidation', async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : '';
      const signed = verifier.verify(request.headers[STATEMENT_HEADER], request.headers[SIGNATURE_HEADER], body);
      if (!signed) return refuse(reply, 401, 'This server answers its gateway alone.');
      request.signed = signed;
      request.body = body.length === 0 ? undefined : JSON.parse(body.toString('utf8'));
    });
    const context = async ({ signed }: FastifyRequest) => {
      const renew = () => subgraph.context(client, signed.viewer);
      return { ...signed, renew, ...renew() };
    };
    guarded.post('/graphql', fastifyApolloHandler(apollo, { context }) as never);
    subgraph.routes?.(guarded, client);
  });
  return server;
}

const apolloLogger = (logger: Logger) => ({
  debug: (message?: unknown) => logger.debug(message),
  info: (message?: unknown) => logger.info(message),
  warn: (message?: unknown) => logger.warn(message),
  error: (message?: unknown) => logger.error(message),
});

/** Writes down what the mask hides from the client. */
const logFaults = (logger: Logger) => ({
  requestDidStart: async () => ({
    didEncounterErrors: async ({ errors, contextValue }: { errors: readonly GraphQLError[]; contextValue: SignedRequest }) => {
      for (const error of errors.filter((one) => !isPublic(one.toJSON()))) {
        logger.error({ err: error.originalError ?? error, path: error.path, requestId: contextValue.requestId }, 'resolver failed');
      }
    },
  }),
});
