import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { waitForDrain } from '../../subgraphs/shared/server/wait-for-drain.js';
import type { OnSubsequentResults } from '../execution/defer/incremental-results.js';
import { preferred } from './accept.js';
import type { ErrorReporter } from './error-reporter.js';
import { subsequentBody, withHasNext } from './incremental-body.js';
import { perHeader } from './per-header.js';
import { responseBody } from './response-body.js';

/** The only protocol of incremental delivery that the gateway supports, which is the one of Apollo's clients. */
const INCREMENTAL = { type: 'multipart/mixed', parameters: { deferspec: '20220824' } } as const;
/** Clients such as urql name no protocol and understand this one. Other protocols are named by these parameters. */
const UNNAMED = { type: 'multipart/mixed', parameters: { deferspec: null, incrementalspec: null, subscriptionspec: null } } as const;

const HEADERS = {
  'content-type': 'multipart/mixed; boundary="-"; deferSpec=20220824',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-accel-buffering': 'no', // Keeps nginx from buffering parts.
};
const DELIMITER = Buffer.from('\r\n---');
const CLOSE = '--\r\n';
const PART_HEADER = Buffer.from('\r\ncontent-type: application/json; charset=utf-8\r\n\r\n');

type SubsequentResults = Parameters<OnSubsequentResults>[0];

/** True if the client accepts a multipart response to an operation with `@defer`, perhaps among other types. */
export const acceptsMultipart = (accept: string | undefined): boolean =>
  accept !== undefined && /multipart\/mixed/i.test(accept) && namesMultipart(accept);

const namesMultipart = perHeader((accept) => preferred(accept, [INCREMENTAL, UNNAMED]) !== undefined);

/** Lets the executor defer fragments for this context. The returned object gets `results` if it does. */
export function enableDefer(contextValue: object): { results?: SubsequentResults } {
  const subsequent: { results?: SubsequentResults } = {};
  const onSubsequentResults: OnSubsequentResults = (results) => void (subsequent.results = results);
  Object.assign(contextValue, { onSubsequentResults });
  return subsequent;
}

/**
 * Sends the initial result and then each subsequent result as soon as it is ready. A delimiter follows each part at once, because
 * clients take a part for complete only when they see the delimiter. If the client disconnects, no further result is requested.
 */
export async function sendMultipartResponse(
  request: FastifyRequest,
  reply: FastifyReply,
  initial: FormattedExecutionResult,
  subsequentResults: SubsequentResults,
  report: ErrorReporter,
): Promise<void> {
  reply.hijack();
  const { raw: response } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) response.setHeader(name, value);
  try {
    response.writeHead(200, HEADERS).write(DELIMITER);
    response.write(part(withHasNext(responseBody(initial))));
    for await (const subsequent of subsequentResults) {
      if (response.destroyed) return;
      if (!response.write(part(subsequentBody(subsequent, report)))) await waitForDrain(response);
    }
    response.end(CLOSE);
    // While the server closes, it keeps this connection open for this response only.
    if (!request.server.server.listening) request.raw.socket.destroySoon();
  } catch (error) {
    request.log.error({ err: error }, 'multipart response failed');
    response.destroy(); // Without the closing delimiter, clients know that the response is incomplete.
  }
}

const part = (body: Buffer): Buffer => Buffer.concat([PART_HEADER, body, DELIMITER]);
