import {
  messages,
  parse,
  PGlite,
  protocol,
  type PGliteOptions,
  type QueryOptions,
  type Results,
  type Transaction,
} from '@electric-sql/pglite';
import { StatementNames } from './statement-names.js';

const { serialize } = protocol;

/** What PostgreSQL says to a prepared statement whose rows would have other columns than when it was prepared. */
const FEATURE_NOT_SUPPORTED = '0A000';

/** What the database says of a statement before it is run. */
interface Described {
  parameters: number[];
  /** Nothing where it has no rows. */
  fields: messages.RowDescriptionMessage[];
  /** The types of the fields, each once. */
  types: number[];
}

/**
 * An embedded database that parses and plans recurring statements once, and is sent each in one message, others in two, where
 * PGlite sends six: a small one takes a third of the time. Of a query's options it knows `rowMode` and `parsers`.
 */
export class PreparedPGlite extends PGlite {
  readonly #names = new StatementNames();
  readonly #described = new Map<string, Described>();

  /** One that is ready. */
  static async open(options: PGliteOptions): Promise<PreparedPGlite> {
    const database = new PreparedPGlite(options);
    await database.waitReady;
    return database;
  }

  override async query<Row>(text: string, values: unknown[] = [], options: QueryOptions = {}): Promise<Results<Row>> {
    // While PGlite opens, it asks of itself what types there are.
    if (!this.ready) return super.query(text, values, options);
    return this._runExclusiveTransaction(() => this.#run<Row>(text, values, options));
  }

  override transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return super.transaction((transaction) => {
      const query = async <Row>(text: string, values: unknown[] = [], options: QueryOptions = {}): Promise<Results<Row>> =>
        transaction.closed ? transaction.query(text, values, options) : this.#run(text, values, options);
      return work(Object.assign(Object.create(transaction) as Transaction, { query }));
    });
  }

  #run<Row>(text: string, values: unknown[], options: QueryOptions): Promise<Results<Row>> {
    const name = this.#names.of(text);
    return this._runExclusiveQuery(async () => {
      const wasKnown = this.#described.has(name);
      try {
        return await this.#execute<Row>(name, text, values, options);
      } catch (error) {
        if (!(error instanceof messages.DatabaseError) || error.code !== FEATURE_NOT_SUPPORTED || !wasKnown) throw error;
        // Its table is not what it was: it has other columns now.
        this.#described.delete(name);
        if (this.isInTransaction()) throw error;
        return this.#execute<Row>(name, text, values, options);
      }
    });
  }

  async #execute<Row>(name: string, text: string, values: unknown[], options: QueryOptions): Promise<Results<Row>> {
    const { parameters, fields, types } = this.#described.get(name) ?? (await this.#prepare(name, text));
    const written = values.map((value, index) => (value == null ? null : this.#written(value, parameters[index]!)));
    const answer = await this.#send(serialize.bind({ statement: name, values: written }), serialize.execute({}));
    // Those of its types alone: PGlite copies all that it is given each time, and it has hundreds.
    const parsers = Object.fromEntries(types.map((type) => [type, options.parsers?.[type] ?? this.parsers[type]!]));
    return parse.parseResults([...fields, ...answer], parsers, { rowMode: options.rowMode })[0] as Results<Row>;
  }

  async #prepare(name: string, text: string): Promise<Described> {
    const close = serialize.close({ type: 'S', name });
    const answer = await this.#send(close, serialize.parse({ name, text }), serialize.describe({ type: 'S', name }));
    const fields = answer.filter((message) => message instanceof messages.RowDescriptionMessage);
    const types = [...new Set(fields.flatMap((description) => description.fields.map(({ dataTypeID }) => dataTypeID)))];
    const described = { parameters: parse.parseDescribeStatementResults(answer), fields, types };
    if (name !== '') this.#described.set(name, described);
    return described;
  }

  #written(value: unknown, type: number): string {
    return this.serializers[type]?.(value) ?? String(value);
  }

  #send(...parts: Uint8Array[]): Promise<messages.BackendMessage[]> {
    return this.execProtocolStream(Buffer.concat([...parts, serialize.sync()]), { syncToFs: !this.isInTransaction() });
  }
}
