import { Agent, request } from 'undici';
import type { SubgraphAddress } from '../config.js';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import { sign, type SignedRequest } from '../../subgraphs/shared/viewer/signature.js';

/** Bytes of the largest answer that a subgraph may give. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
/** Connections to one subgraph; requests beyond them wait in line. */
const CONNECTIONS = 64;

/** A fault between the gateway and a subgraph: what the log may say, and nothing that a client may see. */
export class SubgraphFault extends Error {
  constructor(
    readonly subgraph: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${subgraph}: ${message}`, options);
  }
}

const agent = new Agent({ connections: CONNECTIONS, maxResponseSize: MAX_ANSWER_BYTES });

/**
 * Sends one signed POST to a subgraph and answers the JSON object that it says. No redirect is followed; a refusal, a
 * server error or anything that is no such object is a fault. GraphQL answers say `data` or `errors` whatever the status.
 */
export async function postSigned(
  { name, url, key }: SubgraphAddress,
  timeoutMs: number,
  signed: SignedRequest,
  content: object,
): Promise<object> {
  const body = JSON.stringify(content);
  const headers = { 'content-type': 'application/json', accept: 'application/json', ...sign(name, key, signed, body) };
  try {
    const answer = await request(url, { method: 'POST', headers, body, dispatcher: agent, signal: AbortSignal.timeout(timeoutMs) });
    const said: unknown = await answer.body.json();
    if (!isAnswer(said, answer.statusCode)) throw new Error(`answered ${answer.statusCode}`);
    return said;
  } catch (error) {
    throw new SubgraphFault(name, (error as Error).message, { cause: error });
  }
}

function isAnswer(said: unknown, status: number): said is object {
  if (typeof said !== 'object' || said === null || status === 401 || status >= 500) return false;
  return status === 200 || 'data' in said || 'errors' in said;
}

/** What a client sees of a fault: that part of its answer is missing, and whether asking again may help. */
export const clientError = ({ cause }: SubgraphFault) =>
  cause instanceof Error && cause.name === 'TimeoutError'
    ? codedError('TIMEOUT', 'A part of the graph took too long to answer.')
    : codedError('UNAVAILABLE', 'A part of the graph is not available.');
