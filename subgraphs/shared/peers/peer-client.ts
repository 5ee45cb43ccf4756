import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { OperationTypeNode } from 'graphql';
import { Agent, type Dispatcher } from 'undici';
import type { SubgraphName } from '../configuration/registry.js';
import type { RelayedErrorCode } from '../errors/error-codes.js';
import { requestLine, sign } from '../viewer/signature.js';
import type { Viewer } from '../viewer/viewer.js';
import type { ResolvePeerAddress } from './peer-address.js';
import { parsePeerResponse } from './peer-response.js';
import { PeerError } from './peer-error.js';
import type { PeerOperation } from './peer-operation.js';

export interface PeerRequestOptions {
  /** Milliseconds for the whole answer. */
  timeoutMs?: number;
  /** The kind of the client's operation that this is a part of, where it is not the kind of the query itself: its scopes count. */
  operation?: `${OperationTypeNode}`;
}

export interface PeerDownloadOptions {
  /** Bytes of the largest file that is read; more is a fault at the byte that is one too many. */
  maxBytes: number;
  /** Milliseconds until the first byte, and between one and the next. There is no limit of the whole. */
  idleMs?: number;
}

const TIMEOUT_MS = 10_000;
const IDLE_MS = 30_000;
const CONNECTIONS = 16;
/** Bytes of the largest answer to a question. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * Another subgraph, as one of ours asks it: over HTTP like the gateway, each request signed for one viewer, whose rights
 * and organization are all that it has there. Never to be asked inside a transaction. Rejects with a PeerFault.
 */
export class PeerClient {
  readonly #name: SubgraphName;
  readonly #find: ResolvePeerAddress;
  /** undici follows no redirects of itself; deadlines are signals, because its own are coarse. */
  readonly #agent = new Agent({ connections: CONNECTIONS, headersTimeout: 0, bodyTimeout: 0 });

  constructor(name: SubgraphName, find: ResolvePeerAddress) {
    this.#name = name;
    this.#find = find;
  }

  /** The data of the answer to a GraphQL operation, made as this viewer. An error in the answer is a fault. */
  async request<Result, Variables extends object>(
    viewer: Viewer,
    query: PeerOperation<Result, Variables>,
    variables: Variables,
    { timeoutMs = TIMEOUT_MS, operation }: PeerRequestOptions = {},
  ): Promise<Result> {
    const { url, key } = this.#find();
    const body = JSON.stringify({ query, variables });
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      ...sign(this.#name, key, { requestId: randomUUID(), viewer, ...(operation && { operation: operation as OperationTypeNode }) }, body),
    };
    const signal = AbortSignal.timeout(timeoutMs);
    return this.#guarded(signal, async () => {
      const answer = await this.#send(url, { method: 'POST', headers, body, signal });
      // 401 says that this server itself was not believed. With any other status a GraphQL answer counts for what it says.
      if (answer.statusCode === 401 || isRedirect(answer)) throw this.#unusable(answer);
      const data = parsePeerResponse<Result>(await this.#text(answer), this.#fault);
      if (answer.statusCode >= 500) throw this.#unusable(answer);
      return data;
    });
  }

  /**
   * The bytes of a file by its signed URL or path, as the peer gave it out; null where the file was deleted. Destroying the
   * stream ends the exchange; it fails with a PeerFault where the bytes stop coming or are too many.
   */
  async download(downloadUrl: string, { maxBytes, idleMs = IDLE_MS }: PeerDownloadOptions): Promise<Readable | null> {
    const { url, key } = this.#find();
    // The peer may give out absolute URLs on the gateway's origin: only the path is its own.
    const path = new URL(downloadUrl, url).pathname;
    const headers = sign(this.#name, key, { requestId: randomUUID(), viewer: null }, requestLine('GET', path));
    const idle = new AbortController();
    const timer = setTimeout(() => idle.abort(new DOMException('', 'TimeoutError')), idleMs);
    const answer = await this.#guarded(idle.signal, () =>
      this.#send(new URL(path, url).href, { method: 'GET', headers, signal: idle.signal }),
    ).catch((error: unknown) => {
      clearTimeout(timer);
      throw error;
    });
    if (answer.statusCode !== 200) {
      clearTimeout(timer);
      const fault = this.#unusable(answer);
      if (answer.statusCode === 404) return null;
      throw fault;
    }
    return Readable.from(this.#watched(answer, maxBytes, idle.signal, timer), { objectMode: false });
  }

  readonly #fault = (code: RelayedErrorCode, detail: string, cause?: unknown): PeerError => new PeerError(this.#name, code, detail, cause);

  #send(url: string, options: Omit<Dispatcher.RequestOptions, 'path' | 'origin'>): Promise<Dispatcher.ResponseData> {
    const { origin, pathname, search } = new URL(url);
    return this.#agent.request({ origin, path: pathname + search, ...options });
  }

  /** A fault for an answer that is of no use; its body is not read. */
  #unusable({ statusCode, body }: Dispatcher.ResponseData): PeerError {
    body.on('error', () => undefined).destroy();
    return this.#fault('UNAVAILABLE', `answered ${statusCode}`);
  }

  async #text({ body }: Dispatcher.ResponseData): Promise<string> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_ANSWER_BYTES) throw this.#fault('UNAVAILABLE', `answered more than ${MAX_ANSWER_BYTES} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  async *#watched(
    { body }: Dispatcher.ResponseData,
    maxBytes: number,
    signal: AbortSignal,
    timer: NodeJS.Timeout,
  ): AsyncGenerator<Buffer, void> {
    let length = 0;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        timer.refresh();
        length += chunk.length;
        if (length > maxBytes) throw this.#fault('UNAVAILABLE', `sent more than ${maxBytes} bytes`);
        yield chunk;
        timer.refresh();
      }
    } catch (error) {
      throw this.#named(error, signal);
    } finally {
      clearTimeout(timer);
    }
  }

  async #guarded<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw this.#named(error, signal);
    }
  }

  #named(error: unknown, { aborted }: AbortSignal): PeerError {
    if (error instanceof PeerError) return error;
    return aborted ? this.#fault('TIMEOUT', 'did not answer in time') : this.#fault('UNAVAILABLE', 'could not be reached', error);
  }
}

const isRedirect = ({ statusCode }: Dispatcher.ResponseData): boolean => statusCode >= 300 && statusCode < 400;
