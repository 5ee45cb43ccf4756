import type { ServerResponse } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';
import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';
import { waitForDrain } from '../../subgraphs/shared/server/wait-for-drain.js';
import { responseBody } from './response-body.js';

export interface MultipartOptions {
  /** The interval of heartbeats, in milliseconds. Proxies close silent connections. A heartbeat is an empty part. Defaults to 12 seconds. */
  heartbeatMs?: number;
  /** Returns the error that the client sees when the source fails. */
  formatError: (error: unknown) => GraphQLFormattedError;
}

const HEARTBEAT_MS = 12_000;

const HEADERS = {
  'content-type': 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no', // Otherwise nginx buffers parts.
  connection: 'close', // Otherwise an idle connection would delay the closing of the server.
};
const DELIMITER = '\r\n--graphql';
const CLOSE = '--\r\n';

/**
 * Responds with Apollo's multipart protocol for subscriptions: a part `{"payload": ...}` for each result and `{}` for a
 * heartbeat. The delimiter is sent right after a part, because a client reads a part up to its delimiter. The next event is
 * requested when the client has room for it. Headers that were set on the response before are sent too.
 *
 * Resolves when the source has ended, which it must do when the client disconnects. If the source fails, the last part
 * contains the error.
 *
 * @see https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol
 */
export async function writeMultipart(
  response: ServerResponse,
  events: AsyncIterable<StreamEvent>,
  { heartbeatMs = HEARTBEAT_MS, formatError }: MultipartOptions,
): Promise<void> {
  response.writeHead(200, HEADERS).write(DELIMITER);
  const heartbeat = setInterval(() => response.writableNeedDrain || response.write(part({})), heartbeatMs);
  try {
    for await (const { result } of events) {
      if (!response.write(partOf(`{"payload":${responseBody(result).toString()}}`))) await waitForDrain(response);
    }
  } catch (error) {
    response.write(part({ payload: null, errors: [formatError(error)] }));
  } finally {
    clearInterval(heartbeat);
    response.end(CLOSE);
  }
}

const part = (content: object): string => partOf(JSON.stringify(content));
const partOf = (json: string): string => `\r\ncontent-type: application/json\r\n\r\n${json}${DELIMITER}`;
