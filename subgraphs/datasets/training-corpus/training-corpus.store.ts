import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { UNIQUE } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { idProblems, parseId } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { contains, equals } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type {
  TrainingCorpusCreateInput,
  TrainingCorpusFilter,
  TrainingCorpusOrderField,
  TrainingCorpusUpdateInput,
} from '../generated/graphql.js';
import { Prisma, type PrismaClient, type TrainingCorpus } from '../generated/prisma/client.js';
import { createProblems, normalizeIds, updateProblems } from './training-corpus.rules.js';

export type CorpusRow = TrainingCorpus;
export type CorpusPage = Connection<CorpusRow>;
export type CorpusArguments = ConnectionArguments<TrainingCorpusFilter, TrainingCorpusOrderField>;

/** The aggregates of the examples of a corpus. */
interface Summary {
  corpusId: string;
  recordCount: number;
  clearedCount: number;
  averageQualityScore: number | null;
}

const definition: ConnectionDefinition<CorpusRow, TrainingCorpusFilter, TrainingCorpusOrderField> = {
  table: tableOf('training_corpora', Prisma.TrainingCorpusScalarFieldEnum),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    NAME: { field: 'name', type: 'text' },
    VERSION: { field: 'version', type: 'int4' },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    equals('name', filter.name, 'text'),
    contains('name', filter.nameContains),
    equals('kind', filter.kind, '"TrainingCorpusKind"'),
    filter.useCaseId == null ? null : sql`row.use_case_ids @> ARRAY[${parseId(filter.useCaseId, 'useCaseId')}]::uuid[]`,
  ],
};

const MAX_ATTEMPTS = 20;

const examples = tableOf('training_examples', Prisma.TrainingExampleScalarFieldEnum);

const unknownCorpus = () => refusal('NOT_FOUND', ['input', 'id'], 'No training corpus with this id exists in your organization.');

export class TrainingCorpusStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: RowLoader<CorpusRow>;
  readonly #summaries: RowLoader<Summary>;
  readonly #pages: Pages<CorpusRow, TrainingCorpusFilter, TrainingCorpusOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new RowLoader(
      (ids) => scope.db.trainingCorpus.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#summaries = new RowLoader(
      (ids) => scope.query(examples, (rows) => summaryStatement(rows, ids)),
      (row) => row.corpusId,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string): Promise<CorpusRow | null> {
    return this.#byId.load(id);
  }

  /** Returns the corpus with an id from a foreign key. Throws Error if it does not exist. */
  async byIdOrThrow(id: string): Promise<CorpusRow> {
    const corpus = await this.byId(id);
    if (!corpus) throw new Error(`The training corpus ${id} is referenced and missing.`);
    return corpus;
  }

  page(args: CorpusArguments): CorpusPage {
    return this.#pages.all(args);
  }

  /** Returns the aggregates of the examples of a corpus, computed when they are read. */
  async summaryOf(id: string): Promise<Omit<Summary, 'corpusId'>> {
    return (await this.#summaries.load(id)) ?? { recordCount: 0, clearedCount: 0, averageQualityScore: null };
  }

  /** Creates the next version of a name. Tries again, up to MAX_ATTEMPTS times, if a concurrent creation took the version. */
  async create(input: TrainingCorpusCreateInput): Promise<CorpusRow | null> {
    refuseIf(createProblems(input));
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await this.byId(await this.#create(input));
      } catch (error) {
        if (attempts === MAX_ATTEMPTS || !(error instanceof Error && 'code' in error && error.code === UNIQUE)) throw error;
      }
    }
  }

  #create(input: TrainingCorpusCreateInput): Promise<string> {
    const { name, kind, dataSource } = input;
    const { viewer, organizationId: orgId } = this.#scope;
    return this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, viewer, 'trainingCorpusCreate', input, async (id) => {
        const { _max: latest } = await transaction.trainingCorpus.aggregate({ where: { name }, _max: { version: true } });
        const useCaseIds = normalizeIds(input.useCaseIds ?? []);
        await transaction.trainingCorpus.create({
          data: { orgId, id, name, kind, dataSource, useCaseIds, version: (latest.version ?? 0) + 1 },
        });
      }),
    );
  }

  async update(input: TrainingCorpusUpdateInput): Promise<CorpusRow | null> {
    refuseIf(updateProblems(input));
    const { id, dataSource, useCaseIds } = input;
    const data = { dataSource: dataSource ?? undefined, useCaseIds: useCaseIds ? normalizeIds(useCaseIds) : undefined };
    const { count } = await this.#scope.db.trainingCorpus.updateMany({ where: { id }, data });
    if (count === 0) throw unknownCorpus();
    this.#byId.clear(id);
    return this.byId(id);
  }

  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const { count } = await this.#scope.db.trainingCorpus.deleteMany({ where: { id } });
    if (count === 0) throw unknownCorpus();
    this.#byId.clear(id);
    return id;
  }
}

const summaryStatement = (rows: Sql, corpusIds: readonly string[]): Sql => sql`
  SELECT row.corpus_id AS "corpusId", count(*)::int AS "recordCount",
    (count(*) FILTER (WHERE row.personal_data = 'CLEARED'))::int AS "clearedCount", avg(row.quality_score) AS "averageQualityScore"
  FROM ${rows} AS row
  WHERE row.corpus_id = ANY(${[...corpusIds]}::uuid[])
  GROUP BY row.corpus_id`;
