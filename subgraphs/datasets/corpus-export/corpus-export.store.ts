import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { Files } from '../files.js';
import type { TrainingCorpusExportInput } from '../generated/graphql.js';
import type { PrismaClient, TrainingExample } from '../generated/prisma/client.js';
import { stageContent } from '../stored-content/stage-content.js';
import type { StoredFileRow, StoredFileStore } from '../stored-file/stored-file.store.js';
import type { CorpusRow, TrainingCorpusStore } from '../training-corpus/training-corpus.store.js';
import { scoreProblems } from '../training-example/training-example.rules.js';
import { filenameOf, jsonLineOf } from './corpus-export.rules.js';

/** The result of `trainingCorpusExport`. */
export interface CorpusExport {
  trainingCorpus: CorpusRow;
  file: StoredFileRow;
  recordCount: number;
}

/** The number of examples in memory at a time. The largest examples have about 0.5 MB. */
const BATCH = 20;

export class CorpusExportStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #files: Files;
  readonly #corpora: TrainingCorpusStore;
  readonly #storedFiles: StoredFileStore;

  constructor(scope: Scope<PrismaClient>, files: Files, corpora: TrainingCorpusStore, storedFiles: StoredFileStore) {
    this.#scope = scope;
    this.#files = files;
    this.#corpora = corpora;
    this.#storedFiles = storedFiles;
  }

  /** Exports a corpus. Writes examples as they are read, and throws Refusal at the first one that is not CLEARED by then. */
  async export(input: TrainingCorpusExportInput): Promise<CorpusExport> {
    refuseIf([...idProblems(['input', 'id'], input.id), ...scoreProblems(['input', 'minQualityScore'], input.minQualityScore)]);
    const corpus = await this.#corpora.byId(input.id);
    if (!corpus) throw unknownCorpus();
    await this.#refuseUncleared(input);
    let recordCount = 0;
    const lines = this.#lines(input, () => (recordCount += 1));
    const staged = await stageContent(this.#files.blobs, this.#scope.organizationId, lines);
    const { id: corpusId, name, version } = corpus;
    const file = { filename: filenameOf(corpus), mimeType: 'application/jsonl', metadata: { corpusId, name, version, recordCount } };
    const fileId = await this.#storedFiles.createStagedWith(staged, file, async (transaction, snapshotFileId) => {
      const { count } = await transaction.trainingCorpus.updateMany({ where: { id: corpusId }, data: { snapshotFileId } });
      if (count === 0) throw unknownCorpus();
    });
    return { trainingCorpus: { ...corpus, snapshotFileId: fileId }, file: await this.#storedFiles.byIdOrThrow(fileId), recordCount };
  }

  /** Throws Refusal if an example is not CLEARED, or if there is no example, before anything is written. */
  async #refuseUncleared(input: TrainingCorpusExportInput): Promise<void> {
    const where = whereOf(input);
    const [count, uncleared] = await Promise.all([
      this.#scope.db.trainingExample.count({ where }),
      this.#scope.db.trainingExample.count({ where: { ...where, personalData: { not: 'CLEARED' } } }),
    ]);
    if (uncleared > 0) throw notCleared(`${uncleared} of ${count} examples are not CLEARED of personal data. Review them first.`);
    if (count === 0) throw refusal('INVALID', ['input', 'id'], 'The corpus has no matching examples.');
  }

  async *#lines(input: TrainingCorpusExportInput, count: () => void): AsyncGenerator<Uint8Array> {
    let last: TrainingExample | undefined;
    do {
      const batch: TrainingExample[] = await this.#batch(input, last);
      for (const example of batch) {
        if (example.personalData !== 'CLEARED')
          throw notCleared(`The example ${example.id} is no longer CLEARED of personal data. Review it first.`);
        count();
        yield Buffer.from(`${jsonLineOf(example)}\n`);
      }
      last = batch.at(-1);
    } while (last);
  }

  #batch(input: TrainingCorpusExportInput, after: TrainingExample | undefined): Promise<TrainingExample[]> {
    const continuation = after && { OR: [{ createdAt: { gt: after.createdAt } }, { createdAt: after.createdAt, id: { gt: after.id } }] };
    return this.#scope.db.trainingExample.findMany({
      where: { ...whereOf(input), ...continuation },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      take: BATCH,
    });
  }
}

const whereOf = ({ id, minQualityScore }: TrainingCorpusExportInput) => ({
  corpusId: id,
  ...(minQualityScore != null && { qualityScore: { gte: minQualityScore } }),
});

const unknownCorpus = () => refusal('NOT_FOUND', ['input', 'id'], 'No training corpus with this id exists in your organization.');
const notCleared = (message: string) => refusal('INVALID', ['input', 'id'], message);
