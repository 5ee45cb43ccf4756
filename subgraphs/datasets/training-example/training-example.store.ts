import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { idProblems, parseId } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { equals, range } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type {
  CodeExampleFilter,
  ConversationExampleFilter,
  SimulationExampleFilter,
  TrainingExampleOrderField,
} from '../generated/graphql.js';
import { Prisma, type PrismaClient, type TrainingExample, type TrainingExampleKind } from '../generated/prisma/client.js';
import type { TrainingCorpusStore } from '../training-corpus/training-corpus.store.js';
import {
  columnsOf,
  createProblems,
  isDifferent,
  refuseWrongKind,
  reviewAfter,
  fieldsOf,
  updateProblems,
  type ChangedExample,
  type ExampleRules,
  type NewExample,
} from './training-example.rules.js';

/** An example without its content, which may be large and is read only if it is selected. */
export type ExampleRow = Omit<TrainingExample, 'content'>;
export type ExamplePage = Connection<ExampleRow>;
type Filter = ConversationExampleFilter & SimulationExampleFilter & CodeExampleFilter;
/** The filter contains the kind, so that a cursor of one kind is not valid for another. */
type KindFilter = Filter & { kind?: TrainingExampleKind };
export type ExampleArguments = ConnectionArguments<Filter, TrainingExampleOrderField>;

const definition: ConnectionDefinition<ExampleRow, KindFilter, TrainingExampleOrderField> = {
  table: tableOf('training_examples', Prisma.TrainingExampleScalarFieldEnum, ['content']),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    UPDATED_AT: { field: 'updatedAt', type: 'timestamptz' },
    QUALITY_SCORE: { field: 'qualityScore', type: 'float8', nullable: true },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    equals('kind', filter.kind, '"TrainingExampleKind"'),
    equals('useCaseId', filter.useCaseId && parseId(filter.useCaseId, 'useCaseId'), 'uuid'),
    equals('solutionId', filter.solutionId, 'text'),
    equals('scenarioId', filter.scenarioId, 'text'),
    equals('language', filter.language, 'text'),
    equals('codeType', filter.codeType, 'text'),
    equals('personalData', filter.personalData, '"PersonalData"'),
    range('qualityScore', filter.minQualityScore, filter.maxQualityScore),
  ],
};

const unknownExample = () => refusal('NOT_FOUND', ['input', 'id'], 'No example of this kind with this id exists in your organization.');
const stale = () =>
  refusal(
    'CONFLICT',
    ['input', 'expectedRevision'],
    'expectedRevision is no longer the current revision. Read the example again and repeat the change.',
  );

/** Reads and writes the examples of all kinds, one kind at a time. */
export class TrainingExampleStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #corpora: TrainingCorpusStore;
  readonly #byId: RowLoader<ExampleRow>;
  readonly #contents: RowLoader<Pick<TrainingExample, 'id' | 'content'>>;
  readonly #pages: Pages<ExampleRow, KindFilter, TrainingExampleOrderField>;

  constructor(scope: Scope<PrismaClient>, corpora: TrainingCorpusStore) {
    this.#scope = scope;
    this.#corpora = corpora;
    this.#byId = new RowLoader(
      (ids) => scope.db.trainingExample.findMany({ where: { id: { in: ids } }, omit: { content: true } }),
      (row) => row.id,
    );
    this.#contents = new RowLoader(
      (ids) => scope.db.trainingExample.findMany({ where: { id: { in: ids } }, select: { id: true, content: true } }),
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
  }

  async byId(kind: TrainingExampleKind, id: string): Promise<ExampleRow | null> {
    const row = await this.#byId.load(id);
    return row?.kind === kind ? row : null;
  }

  page(kind: TrainingExampleKind, args: ExampleArguments): ExamplePage {
    return this.#pages.all(ofKind(kind, args));
  }

  /** Returns a page of the examples of a corpus or about a use case. */
  pageOf(kind: TrainingExampleKind, field: 'corpusId' | 'useCaseId', id: string, args: ExampleArguments): ExamplePage {
    return this.#pages.of({ field, id }, ofKind(kind, args));
  }

  /** Returns the content of an example. Throws Error if the example was deleted after its row was read. */
  async contentOf<Content>(id: string): Promise<Content> {
    const found = await this.#contents.load(id);
    if (!found) throw new Error(`The example ${id} was deleted while it was read.`);
    return found.content as Content;
  }

  async create<Input>(rules: ExampleRules<Input>, input: NewExample & Partial<Input>): Promise<ExampleRow | null> {
    refuseIf(createProblems(rules, input));
    const unknownCorpus = () => refusal('NOT_FOUND', ['input', 'corpusId'], 'No training corpus with this id exists in your organization.');
    const corpus = await this.#corpora.byId(input.corpusId);
    if (!corpus) throw unknownCorpus();
    refuseWrongKind(rules.kind, corpus.kind);
    const { viewer, organizationId: orgId } = this.#scope;
    const { useCaseId, qualityScore, personalData } = input;
    const data = {
      ...columnsOf(rules.fieldsAfter(input, {})),
      ...reviewAfter(personalData, true, viewer.userId, new Date()),
      ...{ orgId, corpusId: corpus.id, kind: rules.kind, useCaseId, qualityScore },
    };
    const id = await refuseOnViolation(
      FOREIGN_KEY,
      unknownCorpus,
      this.#scope.db.$transaction((transaction) =>
        idempotently(transaction, viewer, `${rules.entity}Create`, input, (id) =>
          transaction.trainingExample.create({ data: { ...data, id } }),
        ),
      ),
    );
    return this.#byId.load(id);
  }

  /** Updates an example with a single statement that requires the expected revision, so that a reviewer has seen what they clear. */
  async update<Input>(rules: ExampleRules<Input>, input: ChangedExample & Partial<Input>): Promise<ExampleRow | null> {
    refuseIf(updateProblems(rules, input));
    const { id, expectedRevision, useCaseId, qualityScore, personalData } = input;
    const row = await this.#scope.db.trainingExample.findFirst({ where: { id, kind: rules.kind } });
    if (!row) throw unknownExample();
    if (row.revision !== expectedRevision) throw stale();
    const before = fieldsOf(row);
    const after = rules.fieldsAfter(input, before);
    const data = {
      ...columnsOf(after),
      ...reviewAfter(personalData, isDifferent(before, after), this.#scope.viewer.userId, new Date()),
      ...{ useCaseId: useCaseId ?? undefined, qualityScore: qualityScore ?? undefined, revision: { increment: 1 } },
    };
    const { count } = await this.#scope.db.trainingExample.updateMany({ where: { id, revision: expectedRevision }, data });
    if (count === 0) throw stale();
    this.#byId.clear(id);
    this.#contents.clear(id);
    return this.byId(rules.kind, id);
  }

  async delete(kind: TrainingExampleKind, id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const { count } = await this.#scope.db.trainingExample.deleteMany({ where: { id, kind } });
    if (count === 0) throw unknownExample();
    this.#byId.clear(id);
    return id;
  }
}

const ofKind = (kind: TrainingExampleKind, args: ExampleArguments) => ({ ...args, filter: { ...args.filter, kind } });
