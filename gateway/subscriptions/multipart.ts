import type { ServerResponse } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';
import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';
import { waitForDrain } from '../../subgraphs/shared/server/wait-for-drain.js';

export interface MultipartOptions {
  /** After how many milliseconds, again and again, an empty part says that the stream lives: proxies cut silent connections. */
  heartbeatMs?: number;
  /** What the client is told where the source fails. */
  formatError: (error: unknown) => GraphQLFormattedError;
}

const HEARTBEAT_MS = 12_000;

const HEADERS = {
  'content-type': 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no', // nginx would hold parts back.
  connection: 'close', // A stream has a connection of its own: none is left idle when a server closes.
};
const DELIMITER = '\r\n--graphql';
const CLOSE = '--\r\n';

/**
 * Answers with Apollo's multipart protocol for subscriptions: a part `{"payload": ...}` for each result, `{}` for a
 * heartbeat. The delimiter is sent right behind a part, because a part lasts until its delimiter. The next event is asked
 * for when the client has room for it. Headers that were set on the response before are sent too.
 *
 * Resolves when the source has ended, which it must do when the client goes away; its `return()` was called by then.
 * Where the source fails, the last part says so.
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
      if (!response.write(part({ payload: result }))) await waitForDrain(response);
    }
  } catch (error) {
    response.write(part({ payload: null, errors: [formatError(error)] }));
  } finally {
    clearInterval(heartbeat);
    response.end(CLOSE);
  }
}

const part = (content: object): string => `\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(content)}${DELIMITER}`;
