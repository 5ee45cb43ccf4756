import { print, type DocumentNode, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { parseOrNull } from '../guards/parse-or-null.js';
import type { ManifestDocument } from './manifest.js';
import { sha256Hex } from '../../subgraphs/shared/digest/sha256.js';
import { TrustedOperations } from './trusted-operations.js';

/** The largest number of documents whose normal form is remembered, and the characters of all of them. */
const MAX_COMPARED = 1000;
const MAX_COMPARED_CHARACTERS = 4 * 1024 * 1024;

/** The documents of one manifest. */
export class TrustedDocuments {
  readonly #byId: ReadonlyMap<string, ManifestDocument>;
  readonly #byText: ReadonlyMap<string, ManifestDocument>;
  readonly #byNormalForm: ReadonlyMap<string, ManifestDocument>;
  readonly #operations = new WeakMap<GraphQLSchema, TrustedOperations>();
  readonly #compared = new LRUCache<string, { trusted: ManifestDocument | undefined }>({
    max: MAX_COMPARED,
    maxSize: MAX_COMPARED_CHARACTERS,
    sizeCalculation: (_, text) => text.length,
  });

  constructor(private readonly documents: readonly ManifestDocument[]) {
    this.#byText = new Map(documents.map((one) => [one.query, one]));
    this.#byNormalForm = new Map(documents.map((one) => [normalForm(one.document), one]));
    // An id of the manifest takes precedence over the hash of another document.
    this.#byId = new Map([
      ...documents.map((one) => [sha256Hex(one.query), one] as const),
      ...documents.map((one) => [one.id, one] as const),
    ]);
  }

  get size(): number {
    return this.documents.length;
  }

  /** Returns the document with an id of the manifest or, whatever its id is, with a SHA-256. */
  find(id: string): ManifestDocument | undefined {
    return this.#byId.get(id);
  }

  /** Returns the document with exactly this text. */
  withText(query: string): ManifestDocument | undefined {
    return this.#byText.get(query);
  }

  /**
   * Returns the document that differs from this text at most in white space, comments, commas, and the order of its definitions.
   * @param maxTokens the largest number of tokens of a text that is compared.
   */
  equivalentTo(query: string, maxTokens: number): ManifestDocument | undefined {
    const compared = this.#compared.get(query);
    if (compared) return compared.trusted;
    const document = parseOrNull(query, maxTokens);
    const trusted = document ? this.#byNormalForm.get(normalForm(document)) : undefined;
    this.#compared.set(query, { trusted });
    return trusted;
  }

  /** Returns the operations of the documents that are valid for a schema. They are validated once. */
  operations(schema: GraphQLSchema): TrustedOperations {
    let operations = this.#operations.get(schema);
    if (!operations) this.#operations.set(schema, (operations = new TrustedOperations(this.documents, schema)));
    return operations;
  }
}

const normalForm = ({ definitions }: DocumentNode): string => definitions.map(print).sort().join('\n');
