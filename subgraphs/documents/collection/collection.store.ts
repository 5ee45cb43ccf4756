import { FOREIGN_KEY, refuseOnViolation, UNIQUE } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems, idempotently } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { contains } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { CollectionCreateInput, CollectionFilter, CollectionOrderField, CollectionUpdateInput } from '../generated/graphql.js';
import { Prisma, type Collection, type PrismaClient } from '../generated/prisma/client.js';
import { descriptionProblems, nameProblems } from './collection.rules.js';

export type CollectionRow = Collection;
export type CollectionPage = Connection<CollectionRow>;

const definition: ConnectionDefinition<CollectionRow, CollectionFilter, CollectionOrderField> = {
  table: tableOf('collections', Prisma.CollectionScalarFieldEnum),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    NAME: { field: 'name', type: 'text' },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [contains('name', filter.nameContains)],
};

const nameTaken = () => refusal('TAKEN', ['input', 'name'], 'Another collection has this name. Choose another name.');
const collectionNotFound = () => refusal('NOT_FOUND', ['input', 'id'], 'No collection with this id exists in your organization.');

export class CollectionStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: RowLoader<CollectionRow>;
  readonly #pages: Pages<CollectionRow, CollectionFilter, CollectionOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new RowLoader(
      (ids) => scope.db.collection.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string): Promise<CollectionRow | null> {
    return this.#byId.load(id);
  }

  /** Returns the collection that a foreign key refers to. Throws if it is missing. */
  async byIdOrThrow(id: string): Promise<CollectionRow> {
    const collection = await this.byId(id);
    if (!collection) throw new Error(`The collection ${id} is referenced but does not exist.`);
    return collection;
  }

  page(args: ConnectionArguments<CollectionFilter, CollectionOrderField>): CollectionPage {
    return this.#pages.all(args);
  }

  /** The unique index, and no query before it, refuses a taken name, which also holds for simultaneous requests. */
  async create(input: CollectionCreateInput): Promise<CollectionRow | null> {
    const { name, description, idempotencyKey } = input;
    refuseIf([...nameProblems(name), ...descriptionProblems(description), ...idempotencyKeyProblems(idempotencyKey)]);
    const { organizationId: orgId } = this.#scope;
    const id = await refuseOnViolation(
      UNIQUE,
      nameTaken,
      this.#scope.db.$transaction((transaction) =>
        idempotently(transaction, this.#scope.viewer, 'collectionCreate', input, (id) =>
          transaction.collection.create({ data: { orgId, id, name, description } }),
        ),
      ),
    );
    return this.byId(id);
  }

  async update({ id, name, description }: CollectionUpdateInput): Promise<CollectionRow | null> {
    refuseIf([...idProblems(['input', 'id'], id), ...nameProblems(name), ...descriptionProblems(description)]);
    const data = { name: name ?? undefined, description };
    const { count } = await refuseOnViolation(UNIQUE, nameTaken, this.#scope.db.collection.updateMany({ where: { id }, data }));
    if (count === 0) throw collectionNotFound();
    this.#byId.clear(id);
    return this.byId(id);
  }

  /** Counts the documents and chunks of the collection and deletes it. Foreign keys delete them with it. */
  async delete(id: string) {
    refuseIf(idProblems(['input', 'id'], id));
    const inUse = () => refusal('IN_USE', ['input', 'id'], 'Answers cite documents of this collection. Delete those answers first.');
    const where = { collectionId: id };
    const deletion = this.#scope.db.$transaction(async (transaction) => {
      if (await transaction.citation.findFirst({ where: { chunk: where }, select: { position: true } })) throw inUse();
      const [documentCount, chunkCount] = [await transaction.document.count({ where }), await transaction.documentChunk.count({ where })];
      const { count } = await transaction.collection.deleteMany({ where: { id } });
      if (count === 0) throw collectionNotFound();
      return { id, documentCount, chunkCount };
    });
    const deleted = await refuseOnViolation(FOREIGN_KEY, inUse, deletion);
    this.#byId.clear(id);
    return deleted;
  }
}
