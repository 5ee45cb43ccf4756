import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { errorBody } from './error-body.js';

/** The time that a client has to read the response to a request that it still sends, in milliseconds. */
const LINGER_MS = 1000;

/** Statuses and messages by the code of an error of Node's HTTP parser. */
const RESPONSES: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The URL and the headers of the request are larger than 16 KiB. Send a long operation by POST.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions of the body are too large. Send the body without them.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time. Send it again.'],
};
const MALFORMED = [400, 'The request is not valid HTTP.'] as const;

/** Responds to a request that Node.js cannot parse, for which there is no reply, and closes the connection. */
export function respondToParserError(error: Error & { code?: string }, socket: Socket): void {
  const { _httpMessage: begun } = socket as Socket & { _httpMessage?: ServerResponse | null };
  // The bytes of a second response would become part of the response that has begun.
  if (error.code === 'ECONNRESET' || !socket.writable || begun?.headersSent) return void socket.destroy();
  const [status, message] = RESPONSES[error.code ?? ''] ?? MALFORMED;
  const body = JSON.stringify(errorBody(status, message));
  const headers = `content-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}\r\n\r\n${body}`);
  // A client that still sends could not read the response if the connection were reset now.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
