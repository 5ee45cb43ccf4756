import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import cors from '@fastify/cors';
import type { FastifyRequest } from 'fastify';
import type { AddressInfo, Socket } from 'node:net';
import { buildSchema, GraphQLError, type GraphQLSchema } from 'graphql';
import { pino } from 'pino';
import { graphqlRoute } from '../../../gateway/http/graphql-route.js';
import { OperationExecutor } from '../../../gateway/http/operation-executor.js';
import type { Subscribe, SubscriptionOptions } from '../../../gateway/http/stream-responder.js';
import { maskError } from '../../../subgraphs/shared/errors/mask-error.js';
import { createHttpServer } from '../../../subgraphs/shared/server/http-server.js';

export const ORIGIN = 'https://ui.example';

interface RouteSettings {
  plugins?: ApolloServerPlugin[];
  schema?: GraphQLSchema;
  subscribe?: Subscribe<object>;
  subscriptions?: SubscriptionOptions<object>;
  explorerPath?: string;
}

/** Starts the gateway's route with a schema of a few fields. */
export async function runRoute({ plugins = [], schema = tiny(), subscribe, subscriptions, explorerPath }: RouteSettings = {}) {
  const apollo = new ApolloServer({
    schema,
    introspection: true,
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    plugins: [ApolloServerPluginLandingPageDisabled(), ...plugins],
    formatError: (error) => maskError(error),
  });
  await apollo.start();
  const server = createHttpServer({ logger: pino({ level: 'silent' }), bodyLimit: 10_000, checkReadiness: async () => undefined });
  await server.register(cors, { origin: [ORIGIN], methods: ['GET', 'POST'] });
  const slow = new SlowRequest();
  const context = contextOf(slow);
  const operations = new OperationExecutor<object>({ apollo, subscribe });
  await graphqlRoute(server, { operations, context, corsOrigins: [ORIGIN], subscriptions, explorerPath, uploadAdvice: 'Upload it.' });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const origin = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  return {
    slow,
    origin,
    url: `${origin}/graphql`,
    async close() {
      await server.close();
      await apollo.stop();
    },
  };
}

const contextOf =
  (slow: SlowRequest) =>
  async ({ headers, raw }: FastifyRequest): Promise<object> => {
    if (headers.authorization === 'Bearer nobody') throw new GraphQLError('Who?', { extensions: { code: 'UNAUTHENTICATED' } });
    if (headers.authorization === 'Bearer breaks') throw new Error('secret of ours');
    if (headers.authorization === 'Bearer slow') await slow.hold(raw.socket);
    return {};
  };

/** A request that waits until the test continues it. */
class SlowRequest {
  readonly #arrived = deferred();
  readonly #left = deferred();
  readonly #released = deferred();
  readonly arrived = this.#arrived.promise;
  /** Resolves when the client has closed the connection. */
  readonly left = this.#left.promise;
  readonly release = this.#released.resolve;

  hold(socket: Socket): Promise<void> {
    socket.once('close', this.#left.resolve);
    this.#arrived.resolve();
    return this.#released.promise;
  }
}

function deferred() {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

function tiny(): GraphQLSchema {
  const schema = buildSchema('type Query { greeting(name: String = "world"): String! broken: Int } type Mutation { count: Int! }');
  let count = 0;
  Object.assign(schema.getQueryType()!.getFields().greeting!, { resolve: (_: unknown, { name }: { name: string }) => `Hello ${name}` });
  Object.assign(schema.getQueryType()!.getFields().broken!, { resolve: () => Promise.reject(new Error('secret of ours')) });
  Object.assign(schema.getMutationType()!.getFields().count!, { resolve: () => ++count });
  return schema;
}
