import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, type FormattedExecutionResult } from 'graphql';
import { executeByApollo } from './execute-by-apollo.js';
import type { Logger } from 'pino';
import { REGISTRY } from '../configuration/registry.js';
import { currentDeadline } from '../deadline/current-deadline.js';
import { maskError } from '../errors/mask-error.js';
import type { Jobs } from '../jobs/jobs.js';
import { withFreshStores, type RenewableContext } from '../schema/fresh-stores.js';
import { subgraphSchema } from '../schema/subgraph-schema.js';
import { RowChanges } from '../subscriptions/row-changes.js';
import type { SubscriptionContext } from '../subscriptions/followed-row.js';
import { createRowFollower } from '../subscriptions/row-follower.js';
import type { Listen } from '../subscriptions/listen.js';
import {
  requestLine,
  SIGNATURE_HEADER,
  CLAIMS_HEADER,
  RequestVerifier,
  type SignedRequest,
  type SigningKey,
  type VerifiedRequest,
} from '../viewer/signature.js';
import { logErrors } from './log-errors.js';
import { MAX_RESPONSE_BYTES } from './max-response-bytes.js';
import { createHttpServer, sendError } from './http-server.js';
import { ValidatedOperations } from './validated-operations.js';
import { executeValidatedOperation } from './execute-validated-operation.js';
import { observeDeadline } from './observe-deadline.js';
import { responseText } from './response-text.js';
import { SchemaPublisher } from './schema-publisher.js';
import { sendResult } from './send-result.js';
import { acceptsEventStream, createStreamHandler } from './stream-handler.js';
import type { SubgraphDatabaseClient, Subgraph } from './subgraph.js';
import { createSubgraphApollo, requestsTrace, TracingApollo } from './subgraph-apollo.js';

/** The largest body in bytes. The gateway sends larger ones than clients may: the representations of a whole page of entities. */
const BODY_LIMIT = 8 * 1024 * 1024;

const NOT_SIGNED = 'This server only accepts requests that the gateway has signed. Send the request to the gateway.';

declare module 'fastify' {
  interface FastifyRequest {
    /** The signed part of the request: request id and viewer. Set for every route but the health checks. */
    signed: VerifiedRequest;
  }
}

export interface SubgraphServerOptions {
  viewerKeys: readonly SigningKey[];
  /** The key with which a client reads the SDL without a signature; undefined if no client may. */
  publisherKey?: string;
  logger: Logger;
  /** Listens to the notifications of the database. */
  listen: Listen;
  /** The jobs to which requests send work. */
  jobs: Jobs;
  /** The largest response in bytes, and the largest event of a stream. Defaults to 32 MiB. */
  maxResponseBytes?: number;
  /** Milliseconds between the heartbeats of an event stream. */
  heartbeatMs?: number;
}

/** Creates the HTTP server of a subgraph: POST /graphql and the subgraph's own routes, for requests that the gateway signed. */
export async function createSubgraphServer<DatabaseClient extends SubgraphDatabaseClient>(
  subgraph: Subgraph<DatabaseClient>,
  client: DatabaseClient,
  { viewerKeys, publisherKey, logger, listen, jobs, maxResponseBytes = MAX_RESPONSE_BYTES, heartbeatMs }: SubgraphServerOptions,
): Promise<FastifyInstance> {
  const server = createHttpServer({ logger, bodyLimit: BODY_LIMIT, checkReadiness: () => client.$queryRawUnsafe('SELECT 1') });
  const createSchema = () => withFreshStores(subgraphSchema(REGISTRY[subgraph.name].sdlFolder, subgraph.resolvers));
  const schema = createSchema();
  const validatedOperations = new ValidatedOperations();
  const stringify = (result: FormattedExecutionResult) => responseText(result, maxResponseBytes, currentDeadline()?.isMutation);
  const options = { logger, stringify };
  const plugins = [validatedOperations.plugin, ApolloServerPluginInlineTraceDisabled()];
  const apollo = createSubgraphApollo(schema, plugins, options);
  const tracing = new TracingApollo(createSchema, options);
  const publisher = publisherKey ? new SchemaPublisher(schema, publisherKey) : null;
  await apollo.start();
  const changes = new RowChanges(listen, logger);
  const closing = new AbortController();
  server.addHook('preClose', async () => closing.abort());
  server.addHook('onClose', async () => {
    await apollo.stop();
    await tracing.stop();
    await changes.close();
  });

  const verifier = new RequestVerifier(subgraph.name, viewerKeys);
  await server.register(async (guarded) => {
    guarded.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    guarded.decorateRequest('signed', null as never);
    guarded.addHook('preValidation', async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : '';
      const signed = verifier.verify(request.headers[CLAIMS_HEADER], request.headers[SIGNATURE_HEADER], body);
      if (!signed) {
        if (!publisher?.accepts(request.headers.authorization) || request.url !== '/graphql') return sendError(reply, 401, NOT_SIGNED);
        return reply.send(await publisher.respond(Buffer.from(body)));
      }
      request.signed = signed;
      request.body = body.length === 0 ? undefined : JSON.parse(body.toString('utf8'));
    });
    observeDeadline(guarded);
    const context = ({ signed, headers }: FastifyRequest) => {
      const createStores = () => subgraph.context(client, signed.viewer, jobs, signed.address ?? null);
      const follow = createRowFollower(changes, headers['last-event-id']?.toString());
      return { ...signed, createStores, follow, ...createStores() } satisfies SignedRequest & RenewableContext & SubscriptionContext;
    };
    const execution = (request: FastifyRequest) => ({
      schema,
      deadline: request.deadline,
      eventTimeoutMs: request.signed.timeoutMs,
      context: () => context(request),
      formatErrors: (errors: readonly GraphQLError[]) => {
        logErrors(logger, errors, request.signed.requestId);
        return errors.map((error) => maskError(error.toJSON()) as GraphQLError); // The error as JSON, which is all that is sent.
      },
    });
    const stream = createStreamHandler({ apollo, logger, execution, heartbeatMs, stringify, signal: closing.signal });
    /** Sends the result of an operation that is executed by graphql-js if it is known, otherwise by Apollo Server. */
    const respond = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const { deadline } = request;
      const isTraced = requestsTrace(request);
      const known = isTraced ? null : executeValidatedOperation(validatedOperations, request.body, execution(request));
      const result = known && (await deadline.settle(known));
      if (result) return sendResult(reply, stringify(result as FormattedExecutionResult));
      const server = isTraced ? await tracing.get() : apollo;
      const { status = 200, headers, body } = await deadline.settle(executeByApollo(server, request, () => context(request)));
      return reply.code(status).headers(Object.fromEntries(headers)).send(body.string);
    };
    guarded.post('/graphql', async (request, reply) => {
      if (acceptsEventStream(request)) return stream(request, reply);
      return respond(request, reply).catch((error: unknown) => {
        if (!(error instanceof GraphQLError)) throw error;
        return sendResult(reply, stringify({ errors: [maskError(error.toJSON())] }));
      });
    });
    subgraph.routes?.(guarded, client, jobs);
  });

  await server.register(async (streaming) => {
    streaming.removeAllContentTypeParsers();
    streaming.addContentTypeParser('*', (_request, _payload, done) => done(null));
    streaming.addHook('onRequest', async ({ method, url, headers }, reply) => {
      if (!verifier.verify(headers[CLAIMS_HEADER], headers[SIGNATURE_HEADER], requestLine(method, url)))
        return sendError(reply, 401, NOT_SIGNED);
    });
    subgraph.streams?.(streaming, client, jobs);
  });
  return server;
}
