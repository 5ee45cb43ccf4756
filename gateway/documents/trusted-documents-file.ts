import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { ConfigurationError } from '../../subgraphs/shared/configuration/environment.js';
import type { Generation } from '../execution/generation.js';
import type { OperationGuards } from '../guards/operation-guards.js';
import { watchFile } from '../supergraph/watch-file.js';
import { readManifest } from './manifest.js';
import { TrustedDocuments } from './trusted-documents.js';
import { warmPlans } from './warm-plans.js';

export interface TrustedDocumentsFileOptions {
  path: string;
  guards: OperationGuards;
  logger: Logger;
  /** Interval at which the file is checked for changes if the file system sends no events, in milliseconds. Default: 2,000. */
  pollMs?: number;
}

/** The trusted documents of a manifest file. A changed file replaces them. One with faults does not: its faults are logged. */
export class TrustedDocumentsFile {
  #current: TrustedDocuments | null = null;
  #text = '';
  #generation: Generation | null = null;
  /** Reads run one after another, so that a slow one cannot replace newer documents. */
  #reading: Promise<void> = Promise.resolve();
  #unwatch: () => void = () => undefined;
  #isClosed = false;

  constructor(private readonly options: TrustedDocumentsFileOptions) {}

  /** The documents in force; null until the first generation is prepared. */
  get current(): TrustedDocuments | null {
    return this.#current;
  }

  /**
   * Validates and plans the documents for a generation before it executes requests. For the first one it reads the file and starts
   * to watch it; it then rejects with a ConfigurationError that has all faults of the file. For a later one it logs the documents
   * that are no longer valid.
   */
  async prepare(generation: Generation): Promise<void> {
    const { logger } = this.options;
    if (this.#current) {
      const { faults } = this.#current.operations(generation.schema);
      if (faults.length > 0) logger.error({ faults }, 'trusted documents are not valid for the new supergraph');
      await this.#use(this.#current, generation);
      return;
    }
    const { documents, faults } = await this.#read(generation);
    if (faults.length > 0) throw new ConfigurationError(faults.map((fault) => `TRUSTED_DOCUMENTS_FILE: ${fault}`));
    await this.#use(documents, generation);
    this.#unwatch = watchFile(
      this.options.path,
      this.options.pollMs ?? 2_000,
      () => (this.#reading = this.#reading.then(() => this.#reload())),
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unwatch();
    await this.#reading;
  }

  async #read(generation: Generation): Promise<{ documents: TrustedDocuments; faults: readonly string[] }> {
    try {
      this.#text = await readFile(this.options.path, 'utf8');
    } catch (error) {
      return { documents: new TrustedDocuments([]), faults: [(error as Error).message] };
    }
    const manifest = readManifest(this.#text);
    const documents = new TrustedDocuments(manifest.documents);
    return { documents, faults: [...manifest.faults, ...documents.operations(generation.schema).faults] };
  }

  async #reload(): Promise<void> {
    const { path, logger } = this.options;
    const text = this.#text;
    const { documents, faults } = await this.#read(this.#generation!);
    if (this.#isClosed || (text === this.#text && faults.length === 0)) return;
    if (faults.length > 0) return logger.error({ path, faults }, 'trusted documents have faults; the current ones stay');
    await this.#use(documents, this.#generation!);
  }

  async #use(documents: TrustedDocuments, generation: Generation): Promise<void> {
    const { all: operations } = documents.operations(generation.schema);
    for (const { operation } of operations) this.options.guards.trust(operation);
    const planned = await warmPlans(operations, generation, this.options.logger);
    this.#generation = generation;
    this.#current = documents;
    this.options.logger.info({ documents: documents.size, planned }, 'trusted documents loaded');
  }
}
