import { Kind, print, visit, type StringValueNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { parseOrNull } from '../guards/parse-or-null.js';
import { sha256Hex } from '../../subgraphs/shared/digest/sha256.js';

/** The largest number of documents that are remembered as logged. */
const MAX_LOGGED = 10_000;
/** The largest number of characters of a document in the log. */
const MAX_CHARACTERS = 2_000;

/** Logs documents that are not trusted, each one once. */
export class UntrustedLog {
  readonly #logged = new LRUCache<string, true>({ max: MAX_LOGGED });

  constructor(private readonly logger: Logger) {}

  /** Logs a document. A text that does not parse or has too many tokens is not logged: it is refused anyway. */
  log(query: string, maxTokens: number): void {
    const hash = sha256Hex(query);
    if (this.#logged.has(hash)) return;
    const document = parseOrNull(query, maxTokens);
    if (!document) return;
    this.#logged.set(hash, true);
    // Strings are left out, because they may be secrets.
    const text = print(visit(document, { [Kind.STRING]: (node): StringValueNode => ({ ...node, value: '', block: false }) }));
    this.logger.warn({ sha256: hash, document: text.slice(0, MAX_CHARACTERS) }, 'a document is not among the trusted ones');
  }
}
