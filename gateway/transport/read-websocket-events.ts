import type { ExecutionResult } from 'graphql';
import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';
import { SubgraphFault } from './subgraph-fault.js';
import { checkedResponse } from './subgraph-response.js';
import { SubgraphSocket, type SocketRequest } from './subgraph-socket.js';

/**
 * Opens one subscription of a subgraph over WebSocket and yields its events until `complete`. The headers are sent with the upgrade
 * request and as the payload of `connection_init`, where many servers read them. Messages beyond what buffers hold are read when the
 * next event is requested.
 *
 * Throws a StreamInterruptedFault if the connection breaks off, and another SubgraphFault if the subgraph violates the protocol.
 */
export async function* readWebSocketEvents(request: SocketRequest): AsyncGenerator<StreamEvent, void, undefined> {
  const { subgraph, headers, body, signal } = request;
  if (signal.aborted) return;
  const socket = new SubgraphSocket(request);
  const leave = () => socket.close();
  signal.addEventListener('abort', leave, { once: true });
  try {
    await socket.opened();
    socket.send({ type: 'connection_init', payload: headers });
    for (;;) {
      const message = await socket.nextMessage();
      switch (message.type) {
        case 'connection_ack':
          socket.start(body);
          break;
        case 'ping':
          socket.send({ type: 'pong', payload: message.payload });
          break;
        case 'pong':
          break;
        case 'next':
          yield { result: checkedResponse(subgraph, { ...message.payload }) as ExecutionResult };
          break;
        case 'error':
          return yield { result: checkedResponse(subgraph, { errors: message.payload }) as ExecutionResult };
        case 'complete':
          return;
        default:
          throw new SubgraphFault(subgraph, 'UNAVAILABLE', `sent a message of type ${message.type}, which is for servers`);
      }
    }
  } finally {
    signal.removeEventListener('abort', leave);
    socket.close();
  }
}
