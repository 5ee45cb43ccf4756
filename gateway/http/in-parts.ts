import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { OnSubsequentResults, SubsequentResult } from '../execution/defer/incremental-results.js';
import { waitForDrain } from '../../subgraphs/shared/server/wait-for-drain.js';
import { errorReporter, type ErrorReporter } from './client-events.js';
import { preferred } from './accept.js';
import { responseBody } from './response-body.js';

/** The protocol of answers in parts that Apollo's clients speak; who means another one gets the answer whole. */
const PARTS = { type: 'multipart/mixed', parameters: { deferspec: '20220824' } } as const;

const HEADERS = {
  'content-type': 'multipart/mixed; boundary="-"; deferSpec=20220824',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-accel-buffering': 'no', // nginx would hold parts back.
};
const DELIMITER = Buffer.from('\r\n---');
const CLOSE = '--\r\n';
const PART = Buffer.from('\r\ncontent-type: application/json; charset=utf-8\r\n\r\n');

/** Whether a client takes an answer with `@defer` in parts; beside other types it may also get it as one of these. */
export const acceptsParts = (accept: string | undefined): boolean =>
  accept !== undefined && /deferspec/i.test(accept) && preferred(accept, [PARTS]) === PARTS;

/** Lets an operation deliver what comes after its result: `parts` is there where it does. */
export function takingParts(contextValue: object): { parts?: Parameters<OnSubsequentResults>[0] } {
  const later: { parts?: Parameters<OnSubsequentResults>[0] } = {};
  const onSubsequentResults: OnSubsequentResults = (results) => void (later.parts = results);
  Object.assign(contextValue, { onSubsequentResults });
  return later;
}

/**
 * Answers with a result, and with what comes later. Each part is sent when it is there, its delimiter right behind it, as a
 * part lasts until then. Where the client goes away, what is still to come is not asked for.
 */
export async function answerInParts(
  request: FastifyRequest,
  reply: FastifyReply,
  first: FormattedExecutionResult,
  later: Parameters<OnSubsequentResults>[0],
): Promise<void> {
  reply.hijack();
  const { raw: response } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) response.setHeader(name, value);
  const tell = errorReporter(request.log, reply.getHeader('x-request-id') as string | undefined);
  try {
    response.writeHead(200, HEADERS).write(DELIMITER);
    response.write(part(withNext(responseBody(first))));
    for await (const one of later) {
      if (response.destroyed) return;
      if (!response.write(part(partBody(one, tell)))) await waitForDrain(response);
    }
    response.end(CLOSE);
    // A connection that a closing server left open for this answer is not kept for others.
    if (!request.server.server.listening) request.raw.socket.destroySoon();
  } catch (error) {
    request.log.error({ err: error }, 'an answer in parts broke off');
    response.destroy(); // A client takes what ends without its closing delimiter for incomplete.
  }
}

const part = (body: Buffer): Buffer => Buffer.concat([PART, body, DELIMITER]);

/** The JSON object with a word that more is to come. */
const withNext = (body: Buffer | string): Buffer => Buffer.concat([Buffer.from(body).subarray(0, -1), Buffer.from(',"hasNext":true}')]);

function partBody({ incremental, hasNext }: SubsequentResult, tell: ErrorReporter): Buffer {
  const pieces: Buffer[] = [Buffer.from('{"incremental":[')];
  for (const [index, { label, path, data, errors }] of incremental.entries()) {
    const told: GraphQLFormattedError[] | undefined = errors?.map((error) => tell(error));
    pieces.push(Buffer.from(`${index > 0 ? ',' : ''}${JSON.stringify({ label, path, errors: told }).slice(0, -1)},"data":`));
    pieces.push(data?.json ?? Buffer.from('null'), Buffer.from('}'));
  }
  pieces.push(Buffer.from(`],"hasNext":${hasNext}}`));
  return Buffer.concat(pieces);
}
