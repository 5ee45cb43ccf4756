import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { OperationTypeNode } from 'graphql';
import { Agent, type Dispatcher } from 'undici';
import { currentDeadline } from '../deadline/current-deadline.js';
import type { SubgraphName } from '../configuration/registry.js';
import type { RelayedErrorCode } from '../errors/error-codes.js';
import { requestLine, sign } from '../viewer/signature.js';
import type { Viewer } from '../viewer/viewer.js';
import type { ResolvePeerAddress } from './peer-address.js';
import { parsePeerResponse } from './peer-response.js';
import { requestTarget } from '../http/request-target.js';
import { PeerError } from './peer-error.js';
import { PeerRequestTime } from './peer-request-time.js';
import type { PeerOperation } from './peer-operation.js';

export interface PeerRequestOptions {
  /** Milliseconds until the whole response must have arrived: at most those that are left of the request. Default 10 s. */
  timeoutMs?: number;
  /** The kind of the client's operation, if it differs from that of the request: the viewer needs the scope of the client's operation. */
  operation?: `${OperationTypeNode}`;
}

export interface PeerDownloadOptions {
  /** The largest number of bytes. The stream fails with UNAVAILABLE if the peer sends more. */
  maxBytes: number;
  /** Milliseconds until the first byte, and between two chunks. Default 30 s. The whole download has no time limit. */
  idleMs?: number;
}

const TIMEOUT_MS = 10_000;
const IDLE_MS = 30_000;
const CONNECTIONS = 16;
/** The largest size of a GraphQL response in bytes. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

/**
 * The client for a peer: another subgraph. Like the gateway it sends requests over HTTP, each signed for one viewer, whose
 * organization and rights limit it. Its methods reject with PeerError. Do not call them inside a transaction.
 */
export class PeerClient {
  readonly #name: SubgraphName;
  readonly #resolveAddress: ResolvePeerAddress;
  /** The agent follows no redirects. Deadlines are abort signals, since the timeouts of undici are coarse. */
  readonly #agent = new Agent({ connections: CONNECTIONS, headersTimeout: 0, bodyTimeout: 0 });

  constructor(name: SubgraphName, resolveAddress: ResolvePeerAddress) {
    this.#name = name;
    this.#resolveAddress = resolveAddress;
  }

  /** Executes a GraphQL operation for a viewer and returns its data. Throws if the response has errors. */
  async request<Result, Variables extends object>(
    viewer: Viewer,
    query: PeerOperation<Result, Variables>,
    variables: Variables,
    { timeoutMs = TIMEOUT_MS, operation }: PeerRequestOptions = {},
  ): Promise<Result> {
    const { url, key } = this.#resolveAddress();
    const body = JSON.stringify({ query, variables });
    const time = new PeerRequestTime(timeoutMs);
    const signed = { requestId: randomUUID(), viewer, ...(operation && { operation: operation as OperationTypeNode }) };
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      ...sign(this.#name, key, signed, body, { timeoutMs: time.timeoutMs }),
    };
    const { signal } = time;
    if (query.startsWith('mutation')) currentDeadline()?.recordChange(false); // It may be executed even if its response does not arrive.
    return this.#withPeerErrors(time, async () => {
      const response = await this.#send(url, { method: 'POST', headers, body, signal });
      // 401 means that the peer rejected the signature. With any other status the GraphQL response is what counts.
      if (response.statusCode === 401 || isRedirect(response)) throw this.#statusError(response);
      const data = parsePeerResponse<Result>(await this.#text(response), this.#createError);
      if (response.statusCode >= 500) throw this.#statusError(response);
      return data;
    });
  }

  /**
   * Downloads a file from the signed URL or path that the peer returned. Resolves to null if the file was deleted. Destroying the
   * stream closes the connection. The stream fails with PeerError if the file is too large or no bytes arrive in time.
   */
  async download(downloadUrl: string, { maxBytes, idleMs = IDLE_MS }: PeerDownloadOptions): Promise<Readable | null> {
    const { url, key } = this.#resolveAddress();
    // A URL may have the origin of the gateway: only its path is the peer's.
    const path = new URL(downloadUrl, url).pathname;
    const headers = sign(this.#name, key, { requestId: randomUUID(), viewer: null }, requestLine('GET', path));
    const time = new PeerRequestTime(idleMs);
    const response = await this.#send(new URL(path, url).href, { method: 'GET', headers, signal: time.signal }).catch((error: unknown) => {
      time.end();
      throw this.#toPeerError(error, time);
    });
    if (response.statusCode !== 200) {
      time.end();
      const error = this.#statusError(response);
      if (response.statusCode === 404) return null;
      throw error;
    }
    return Readable.from(this.#limitedBody(response, maxBytes, time), { objectMode: false });
  }

  readonly #createError = (code: RelayedErrorCode, detail: string, cause?: unknown): PeerError =>
    new PeerError(this.#name, code, detail, cause);

  #send(url: string, { headers, ...options }: PeerRequest): Promise<Dispatcher.ResponseData> {
    const { origin, path, headers: credentials } = requestTarget(url);
    return this.#agent.request({ origin, path, headers: { ...headers, ...credentials }, ...options });
  }

  /** Creates the error for the status of a response, and discards its body. */
  #statusError({ statusCode, body }: Dispatcher.ResponseData): PeerError {
    body.on('error', () => undefined).destroy();
    return this.#createError('UNAVAILABLE', `responded with status ${statusCode}`);
  }

  async #text({ body }: Dispatcher.ResponseData): Promise<string> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_RESPONSE_BYTES) throw this.#createError('UNAVAILABLE', `responded with more than ${MAX_RESPONSE_BYTES} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  async *#limitedBody({ body }: Dispatcher.ResponseData, maxBytes: number, time: PeerRequestTime): AsyncGenerator<Buffer, void> {
    let length = 0;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        time.restart();
        length += chunk.length;
        if (length > maxBytes) throw this.#createError('UNAVAILABLE', `sent more than ${maxBytes} bytes`);
        yield chunk;
        time.restart();
      }
    } catch (error) {
      throw this.#toPeerError(error, time);
    } finally {
      time.end();
    }
  }

  async #withPeerErrors<Result>(time: PeerRequestTime, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw this.#toPeerError(error, time);
    } finally {
      time.end();
    }
  }

  /** Returns the error for a failed request; if the client's request has ended, the error of that. */
  #toPeerError(error: unknown, time: PeerRequestTime): Error {
    if (error instanceof PeerError) return error;
    if (time.deadlineError) return time.deadlineError;
    return time.signal.aborted
      ? this.#createError('TIMEOUT', 'did not respond in time')
      : this.#createError('UNAVAILABLE', 'could not be reached', error);
  }
}

interface PeerRequest extends Omit<Dispatcher.RequestOptions, 'path' | 'origin'> {
  headers: Readonly<Record<string, string>>;
}

const isRedirect = ({ statusCode }: Dispatcher.ResponseData): boolean => statusCode >= 300 && statusCode < 400;
