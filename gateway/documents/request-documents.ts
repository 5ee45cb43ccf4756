import type { ApolloServerPlugin, GraphQLRequestContextDidResolveOperation } from '@apollo/server';
import type { Logger } from 'pino';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import { quote } from '../../subgraphs/shared/errors/user-error.js';
import type { GatewayContext } from '../context.js';
import { missingDocument, requestedId, type DocumentRequest, type RequestedId } from './document-request.js';
import { PersistedQueries } from './persisted-queries.js';
import { sha256Hex } from '../../subgraphs/shared/digest/sha256.js';
import type { TrustedDocuments } from './trusted-documents.js';
import { notFound, notTrusted } from './unknown-id.js';
import { UntrustedLog } from './untrusted-log.js';

/** `only` refuses documents that are not trusted, `log` logs them, and `off` does neither. */
export type TrustedDocumentsMode = 'only' | 'log' | 'off';

export interface RequestDocumentsOptions {
  mode: TrustedDocumentsMode;
  /** Returns the trusted documents; null without a manifest. */
  trusted: () => TrustedDocuments | null;
  /** The largest number of tokens of a document that is not trusted. */
  maxTokens: number;
  logger: Logger;
}

/** The document of a request. */
export interface ResolvedDocument {
  query: string;
  /** True for a trusted document, which may exceed the limits of documents. */
  isTrusted: boolean;
  /** The SHA-256 of the document, if the client sent both. */
  verifiedHash?: string;
}

/** Finds the documents of requests: in the request itself, among the trusted ones, or among those that a client sent before. */
export class RequestDocuments {
  readonly #persisted = new PersistedQueries();
  readonly #untrusted: UntrustedLog;

  constructor(private readonly options: RequestDocumentsOptions) {
    this.#untrusted = new UntrustedLog(options.logger);
  }

  /** The trusted documents; null without a manifest. */
  get trusted(): TrustedDocuments | null {
    return this.options.trusted();
  }

  /**
   * Returns the request with its document and without ids. Throws BAD_REQUEST if it has none, PERSISTED_QUERY_NOT_FOUND or
   * PERSISTED_QUERY_NOT_IN_LIST for an unknown id, PERSISTED_QUERY_HASH_MISMATCH if id and document differ, and
   * QUERY_NOT_IN_SAFELIST for a document that is not trusted.
   */
  resolve<Request extends DocumentRequest>(request: Request): Request & ResolvedDocument {
    const requested = requestedId(request);
    const resolved = request.query ? this.#verify(request.query, requested) : this.#find(requested);
    return requested
      ? { ...request, extensions: withoutPersistedQuery(request), documentId: undefined, ...resolved }
      : { ...request, ...resolved };
  }

  /** Stores a valid document, so that clients can request it by its hash. */
  store(hash: string, query: string, { principal = '' }: { principal?: string }): void {
    if (!this.trusted?.find(hash)) this.#persisted.add(hash, query, principal);
  }

  /** The Apollo Server plugin that stores each document that has passed validation. */
  get plugin(): ApolloServerPlugin<GatewayContext> {
    const hooks = {
      didResolveOperation: async ({ queryHash, source, contextValue }: GraphQLRequestContextDidResolveOperation<GatewayContext>) =>
        this.store(queryHash, source, contextValue),
    };
    return { requestDidStart: async () => hooks };
  }

  #verify(query: string, requested: RequestedId | null): ResolvedDocument {
    const { mode, maxTokens } = this.options;
    const { trusted } = this;
    const verifiedHash = requested ? this.#verifiedHash(query, requested, trusted) : undefined;
    const same = trusted?.withText(query) ?? (mode === 'off' ? undefined : trusted?.equivalentTo(query, maxTokens));
    if (same) return { query: same.query, isTrusted: true, verifiedHash: same.query === query ? verifiedHash : undefined };
    if (mode === 'only') throw codedError('QUERY_NOT_IN_SAFELIST', NOT_TRUSTED);
    if (mode === 'log') this.#untrusted.log(query, maxTokens);
    return { query, isTrusted: false, verifiedHash };
  }

  /** Returns the hash of a document if the client sent it too. Throws PERSISTED_QUERY_HASH_MISMATCH if it is another one's. */
  #verifiedHash(query: string, { id, isHash }: RequestedId, trusted: TrustedDocuments | null): string | undefined {
    const listed = trusted?.find(id);
    if (listed ? listed.query === query : !isHash) return undefined;
    if (isHash && (this.#persisted.find(id) === query || sha256Hex(query) === id)) return id;
    throw codedError(
      'PERSISTED_QUERY_HASH_MISMATCH',
      `The id ${quote(id)} does not belong to the document in "query". Send the SHA-256 of the document, or leave the id out.`,
    );
  }

  #find(requested: RequestedId | null): ResolvedDocument {
    if (!requested) throw missingDocument();
    const trusted = this.trusted?.find(requested.id);
    if (trusted) return { query: trusted.query, isTrusted: true };
    if (this.options.mode === 'only') throw notTrusted(requested);
    const query = this.#persisted.find(requested.id);
    if (query === undefined) throw notFound(requested);
    return { query, isTrusted: false };
  }
}

const NOT_TRUSTED =
  'This gateway executes only the documents of its manifest (TRUSTED_DOCUMENTS=only), and this is none of them. Add it to TRUSTED_DOCUMENTS_FILE. ' +
  'For introspection and the explorer start the gateway with TRUSTED_DOCUMENTS=log or off.';

function withoutPersistedQuery({ extensions }: DocumentRequest): Record<string, unknown> | undefined {
  if (extensions?.persistedQuery === undefined) return extensions;
  const { persistedQuery, ...others } = extensions;
  return others;
}
