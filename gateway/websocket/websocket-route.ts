import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, parse, type GraphQLSchema } from 'graphql';
import { handleProtocols, makeServer, type Server } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { sendError } from '../../subgraphs/shared/server/http-server.js';
import { refuseCrossSiteUpgrade } from '../http/cross-site.js';
import { requestError } from '../http/request-error.js';
import { statusOf } from '../http/status.js';
import type { ClientConnections } from '../identity/client-connections.js';
import { ClientSession, type SessionOptions, type UpgradeRequest } from './client-session.js';
import { ClientSocket, type ClientSocketOptions } from './client-socket.js';
import { OperationFailure } from './run-operation.js';
import { UpgradeRequests, type Upgrade } from './upgrade-requests.js';

export interface WebSocketRouteOptions extends SessionOptions, ClientSocketOptions {
  connections: ClientConnections;
  /** Origins whose pages may open sockets, besides pages of this server. */
  corsOrigins: readonly string[];
  /** The largest size of a message of a client, in bytes. */
  maxMessageBytes: number;
  /** The time within which a client must send `connection_init`, in milliseconds. Defaults to 10 seconds. */
  initTimeoutMs?: number;
}

/** The time that a client has to answer a close frame before it is disconnected, in milliseconds. */
const CLOSE_TIMEOUT_MS = 3_000;

/**
 * Serves GraphQL over WebSocket at `/graphql`, by the protocol `graphql-transport-ws`. Must be called before the routes of the
 * server are added.
 * @see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
export function websocketRoute(server: FastifyInstance, options: WebSocketRouteOptions): void {
  const { corsOrigins, maxMessageBytes, sockets, connections } = options;
  const allowedOrigins = new Set(corsOrigins);
  const upgrades = new UpgradeRequests(server);
  const protocol = protocolServer(options);
  const sessions = new Set<ClientSession>();
  let isClosing = false;
  const settings = {
    noServer: true,
    clientTracking: false,
    maxPayload: maxMessageBytes,
    closeTimeout: CLOSE_TIMEOUT_MS,
    // One message at a time, so that the end of an operation is sent before its id can be used again.
    allowSynchronousEvents: false,
    handleProtocols,
  };
  const handshakes = new WebSocketServer(settings).on('wsClientError', (error: Error) => {
    throw requestError(400, `The WebSocket handshake is invalid: ${error.message}.`);
  });

  server.addHook('onRequest', (request, reply, done) => {
    const upgrade = upgrades.of(request.raw);
    if (!upgrade) return done();
    try {
      accept(request, reply, upgrade);
    } catch (error) {
      if (error instanceof GraphQLError) refuse(reply, error);
      else done(error as Error);
    }
  });
  server.addHook('preClose', async () => {
    isClosing = true;
    for (const session of sessions) session.drain();
  });

  function accept(request: FastifyRequest, reply: FastifyReply, { socket, head }: Upgrade): void {
    if (request.routeOptions.url !== '/graphql' || request.method !== 'GET')
      throw requestError(426, 'This resource has no WebSocket. Open it at /graphql, or send the request without the header Upgrade.');
    refuseCrossSiteUpgrade(request.headers, allowedOrigins);
    if (isClosing) throw requestError(503, 'The server restarts. Connect again.');
    const { address } = connections.clientOf(request);
    const release = sockets.acquire(address);
    let opened = null as WebSocket | null;
    try {
      handshakes.handleUpgrade(request.raw, socket, head, (websocket) => (opened = websocket)); // Not asynchronous.
    } finally {
      if (!opened) release();
    }
    reply.hijack();
    reply.raw.detachSocket(socket);
    if (opened) open(opened, { address, headers: request.headers }, release);
  }

  function open(websocket: WebSocket, upgrade: UpgradeRequest, release: () => void): void {
    const socket = new ClientSocket(websocket, options);
    const session = new ClientSession(socket, upgrade, release, options);
    sessions.add(session);
    const close = protocol.opened(socket, session);
    websocket.once('close', (code, reason) => {
      sessions.delete(session);
      void close(code, reason.toString());
    });
  }
}

/**
 * Returns the state machine of the protocol. It neither parses nor executes operations: an operation of a session is an iterator
 * that sends its own results, and graphql-ws iterates it as if it were the result of `execute`.
 */
const protocolServer = ({ initTimeoutMs = 10_000 }: WebSocketRouteOptions): Server<ClientSession> =>
  makeServer<Record<string, unknown>, ClientSession>({
    connectionInitWaitTimeout: initTimeoutMs,
    onConnect: ({ extra: session, connectionParams }) => session.connect(connectionParams),
    onSubscribe: ({ extra: session }, id, payload) => ({
      schema: UNUSED_SCHEMA,
      document: UNUSED_DOCUMENT,
      contextValue: session.start(id, payload),
    }),
    execute: ({ contextValue }) => contextValue as AsyncIterableIterator<never>,
    onError: (_context, _id, _payload, [error]) => {
      if (error?.originalError instanceof OperationFailure) return error.originalError.errors;
      throw error;
    },
  });

const UNUSED_SCHEMA = {} as GraphQLSchema;
const UNUSED_DOCUMENT = parse('{ __typename }');

function refuse(reply: FastifyReply, error: GraphQLError): void {
  const { status } = (error.extensions.http ?? {}) as { status?: number };
  void reply.header('sec-websocket-version', '13');
  sendError(reply, statusOf({ errors: [error] }, status, false), error.message);
}
