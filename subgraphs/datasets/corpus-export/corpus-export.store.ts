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
import { filenameOf, lineOf } from './corpus-export.rules.js';

/** A corpus as a file. */
export interface CorpusExport {
  trainingCorpus: CorpusRow;
  file: StoredFileRow;
  recordCount: number;
}

/** Examples in memory at a time: the largest are about half a megabyte. */
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

  /** Writes the examples as they are read, one after another; what is not cleared when its turn comes ends all. */
  async export(input: TrainingCorpusExportInput): Promise<CorpusExport> {
    refuseIf([...idProblems(['input', 'id'], input.id), ...scoreProblems(['input', 'minQualityScore'], input.minQualityScore)]);
    const corpus = await this.#corpora.byId(input.id);
    if (!corpus) throw unknownCorpus();
    await this.#refuseUncleared(input);
    let recordCount = 0;
    const lines = this.#lines(input, () => (recordCount += 1));
    const staged = await stageContent(this.#files.blobs, this.#scope.organizationId, lines);
    const { id: corpusId, name, version } = corpus;
    const about = { filename: filenameOf(corpus), mimeType: 'application/jsonl', metadata: { corpusId, name, version, recordCount } };
    const fileId = await this.#storedFiles.keep(staged, about, async (transaction, snapshotFileId) => {
      const { count } = await transaction.trainingCorpus.updateMany({ where: { id: corpusId }, data: { snapshotFileId } });
      if (count === 0) throw unknownCorpus();
    });
    return { trainingCorpus: { ...corpus, snapshotFileId: fileId }, file: await this.#storedFiles.existing(fileId), recordCount };
  }

  /** Tells how many are not cleared before the work; nothing is exported of a corpus without such examples. */
  async #refuseUncleared(input: TrainingCorpusExportInput): Promise<void> {
    const where = selected(input);
    const [count, uncleared] = await Promise.all([
      this.#scope.db.trainingExample.count({ where }),
      this.#scope.db.trainingExample.count({ where: { ...where, personalData: { not: 'CLEARED' } } }),
    ]);
    if (uncleared > 0) throw notCleared(`${uncleared} of ${count} examples were not cleared of personal data.`);
    if (count === 0) throw refusal('INVALID', ['input', 'id'], 'The corpus has no such examples.');
  }

  async *#lines(input: TrainingCorpusExportInput, count: () => void): AsyncGenerator<Uint8Array> {
    let last: TrainingExample | undefined;
    do {
      const batch: TrainingExample[] = await this.#batch(input, last);
      for (const example of batch) {
        if (example.personalData !== 'CLEARED') throw notCleared(`The example ${example.id} is not cleared of personal data any more.`);
        count();
        yield Buffer.from(`${lineOf(example)}\n`);
      }
      last = batch.at(-1);
    } while (last);
  }

  #batch(input: TrainingCorpusExportInput, after: TrainingExample | undefined): Promise<TrainingExample[]> {
    const rest = after && { OR: [{ createdAt: { gt: after.createdAt } }, { createdAt: after.createdAt, id: { gt: after.id } }] };
    return this.#scope.db.trainingExample.findMany({
      where: { ...selected(input), ...rest },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      take: BATCH,
    });
  }
}

const selected = ({ id, minQualityScore }: TrainingCorpusExportInput) => ({
  corpusId: id,
  ...(minQualityScore != null && { qualityScore: { gte: minQualityScore } }),
});

const unknownCorpus = () => refusal('NOT_FOUND', ['input', 'id'], 'You have no training corpus with this id.');
const notCleared = (message: string) => refusal('INVALID', ['input', 'id'], message);
