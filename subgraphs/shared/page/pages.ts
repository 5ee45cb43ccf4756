import type { Sql } from '@prisma/client/runtime/client';
import DataLoader from 'dataloader';
import { parseId } from '../input/id.js';
import { groupBy } from '../loader/group-by.js';
import type { AnyClient, Scope } from '../tenancy/scope.js';
import { resolvePageWindow, type ConnectionArguments } from './arguments.js';
import { Connection, type Page } from './connection.js';
import { decodeCursor, encodeCursor, queryFingerprint, sortValue } from './cursor.js';
import { isSortValue, type ConnectionDefinition, type SortKey } from './definition.js';
import { countOfEachStatement, countStatement, pageOfEachStatement, pageStatement, type PageQuery } from './statement.js';

/** The parent of a nested connection, which contains the rows whose `field` equals `id`. */
export interface Parent<Row> {
  field: keyof Row & string;
  id: string;
}

/** A request for a page of one parent, or of the whole table. Requests with the same `statement` are read together. */
interface PageRequest {
  statement: string;
  cursorQuery: string;
  parent: { field: string; id: string } | null;
  query: PageQuery;
}

type CountRequest = Pick<PageRequest, 'statement' | 'parent'> & { conditions: readonly Sql[] };

/** The connections of one concept. One statement loads the pages of all parents, and another one their totals. */
export class Pages<Row extends { id: string }, Filter, Field extends string> {
  readonly #scope: Scope<AnyClient>;
  readonly #definition: ConnectionDefinition<Row, Filter, Field>;
  readonly #pages = new DataLoader<PageRequest, Page<Row>, string>((requests) => this.#readPages(requests), { cacheKeyFn: requestKey });
  readonly #counts = new DataLoader<CountRequest, number, string>((requests) => this.#readCounts(requests), { cacheKeyFn: requestKey });

  constructor(scope: Scope<AnyClient>, definition: ConnectionDefinition<Row, Filter, Field>) {
    this.#scope = scope;
    this.#definition = definition;
  }

  /** Returns a page of all rows in the viewer's organization. */
  all(args: ConnectionArguments<Filter, Field>): Connection<Row> {
    return this.#connection(null, args);
  }

  /** Returns a page of the rows of one parent. */
  of(parent: Parent<Row>, args: ConnectionArguments<Filter, Field>): Connection<Row> {
    return this.#connection({ field: parent.field, id: parseId(parent.id) }, args);
  }

  #connection(parent: PageRequest['parent'], args: ConnectionArguments<Filter, Field>): Connection<Row> {
    const { table, orders, defaultOrder, conditions } = this.#definition;
    const { size, backward, cursor } = resolvePageWindow(args);
    const order = args.orderBy ?? defaultOrder;
    const key = orders[order.field] as SortKey<Record<string, unknown>>;
    const filter = args.filter ?? {};
    const where = conditions(filter as Filter).filter((condition) => condition !== null);
    const cursorQuery = queryFingerprint(table.name, table.isTenant && this.#scope.organizationId, parent, filter, order);
    const start = cursor === null ? null : decodeCursor(cursorQuery, cursor, (value) => isSortValue(key, value));
    const page: PageRequest = {
      statement: JSON.stringify([parent?.field, filter, order, size, backward, start]),
      cursorQuery,
      parent,
      query: { table, key, direction: order.direction, backward, start, limit: size + 1, conditions: where },
    };
    const count: CountRequest = { statement: JSON.stringify([parent?.field, filter]), parent, conditions: where };
    return new Connection(
      { backward, cursor },
      () => this.#pages.load(page),
      () => this.#counts.load(count),
    );
  }

  #readPages(requests: readonly PageRequest[]): Promise<Page<Row>[]> {
    return readByStatement(requests, async ([first, ...others]) => {
      const { query, parent } = first;
      const statement = (rows: Sql) =>
        parent ? pageOfEachStatement(rows, query, parent.field, idsOf([first, ...others])) : pageStatement(rows, query);
      const rows = await this.#scope.query<Row>(query.table, statement);
      const byParent = groupBy(rows, (row) => (parent ? row[parent.field as keyof Row] : null) as string | null);
      return (request) => toPage(request, byParent.get(request.parent?.id ?? null) ?? []);
    });
  }

  #readCounts(requests: readonly CountRequest[]): Promise<number[]> {
    return readByStatement(requests, async ([first, ...others]) => {
      const { conditions, parent } = first;
      const statement = (rows: Sql) =>
        parent ? countOfEachStatement(rows, conditions, parent.field, idsOf([first, ...others])) : countStatement(rows, conditions);
      const counts = await this.#scope.query<{ parent?: string; count: number }>(this.#definition.table, statement);
      const byParent = new Map(counts.map(({ parent: id, count }) => [id ?? null, count]));
      return (request) => byParent.get(request.parent?.id ?? null) ?? 0;
    });
  }
}

const requestKey = ({ statement, parent }: Pick<PageRequest, 'statement' | 'parent'>): string => `${parent?.id ?? ''} ${statement}`;

const idsOf = (requests: readonly Pick<PageRequest, 'parent'>[]): string[] => requests.map((request) => request.parent!.id);

/** Groups the requests by statement, reads each group at once, and returns the results in the order of the requests. */
async function readByStatement<Request extends { statement: string }, Result>(
  requests: readonly Request[],
  read: (group: [Request, ...Request[]]) => Promise<(request: Request) => Result>,
): Promise<Result[]> {
  const groups = groupBy(requests, (request) => request.statement);
  const readers = new Map(
    await Promise.all([...groups].map(async ([statement, group]) => [statement, await read(group as [Request, ...Request[]])] as const)),
  );
  return requests.map((request) => readers.get(request.statement)!(request));
}

function toPage<Row extends { id: string }>({ query, cursorQuery }: PageRequest, rows: readonly Row[]): Page<Row> {
  const more = rows.length === query.limit;
  const pageRows = more ? rows.slice(0, -1) : [...rows];
  if (query.backward) pageRows.reverse();
  const cursor = (row: Row) => encodeCursor(cursorQuery, { value: sortValue(row[query.key.field as keyof Row]), id: row.id });
  return { more, edges: pageRows.map((node) => ({ node, cursor: cursor(node) })) };
}
