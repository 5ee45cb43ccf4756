import { GraphQLError, isObjectType } from 'graphql';
import { isObject, JsonNumber, type Json, type JsonObject } from '../../json.js';
import type { PendingFragments } from './pending-fragments.js';
import type { FetchFailures } from '../fetch/fetch-failures.js';
import { unplannedFieldError, type PlanCoverage } from '../plan/plan-coverage.js';
import { introspect, type IntrospectionScope } from './introspection.js';
import type { JsonWriterPool } from './json-writer-pool.js';
import type { JsonWriter } from './json-writer.js';
import { DATA_PREFIX, DATA_SUFFIX, ResponseData } from './response-data.js';
import type { Path } from './response-position.js';
import type { Output, OutputField, Selection } from './selection.js';

export interface FetchedData {
  data: JsonObject;
  failures: FetchFailures;
  /** Tells which fields the plan fetches. */
  coverage: PlanCoverage;
  /** The objects that are at several places of the data. Each is written once per selection, and then copied as bytes. */
  sharedObjects: ReadonlySet<JsonObject>;
}

/**
 * The error of a value that cannot be completed (CompleteValue in the GraphQL specification): an invalid value, or null for
 * a non-null type.
 */
export interface CompletionError {
  error: GraphQLError;
  /** The error is left out if the response has another error at this path, above it or below it. */
  within: Path;
  /** The path of the null that the error leaves. The error is left out if another error leaves the same null. */
  nullPath: Path;
}

/** The range of an object's JSON in the response. */
interface WrittenRange {
  start: number;
  end: number;
}

const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST, COMMA] = [...'{}[],'].map((character) => character.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
];
const NULL = Buffer.from('null');

/**
 * Writes the data of a response as JSON: the fields that the client selected, in the order of the selection. Methods that
 * return a boolean return false if the value is null or invalid and its type is non-null: they have then written nothing, and
 * the nearest nullable value above becomes null (null propagation).
 */
export class ResponseWriter {
  /** The errors of fields that are null because a fetch failed or because they are refused. */
  readonly errors: GraphQLError[] = [];
  readonly completionErrors: CompletionError[] = [];
  readonly #path: (string | number)[] = [];
  /** The path of the object that is being written with `writeObject`. */
  #basePath: Path = [];
  /**
   * The completion error whose null is not found yet. There is at most one, because null propagation ends the enclosing
   * objects.
   */
  #propagating: CompletionError | null = null;
  #written: Map<Selection, Map<JsonObject, WrittenRange>> | null = null;
  /** Borrowed while an object is being written. */
  #json!: JsonWriter;

  constructor(
    private readonly scope: IntrospectionScope,
    private readonly fetched: FetchedData,
    private readonly jsonWriters: JsonWriterPool,
    /** Returns the error of a field that the client is not authorized to read. */
    private readonly refusal: (path: (string | number)[]) => GraphQLError,
    /** Collects the deferred fragments; null if nothing is deferred. */
    private readonly pending: PendingFragments | null,
  ) {}

  /** Writes the response's data; null if a null propagated to the root. */
  writeRoot(typename: string, selection: Selection): ResponseData | null {
    return this.writeObject(this.fetched.data, typename, selection, []);
  }

  /** Writes an object of the data; null if a null propagated to it. `path` is the object's path in the response. */
  writeObject(object: JsonObject, typename: string, selection: Selection, path: Path): ResponseData | null {
    const json = (this.#json = this.jsonWriters.borrow());
    try {
      json.raw(DATA_PREFIX);
      this.#path.splice(0, this.#path.length, ...path);
      this.#basePath = path;
      if (!this.#writeFields(object, typename, selection)) return null;
      json.raw(DATA_SUFFIX);
      return new ResponseData(json.copy());
    } finally {
      this.jsonWriters.giveBack(json);
    }
  }

  #writeFields(object: JsonObject, typename: string, selection: Selection): boolean {
    const fields = selection.fields(typename);
    if (!fields) return this.#reject('The type of the object is not in the schema.');
    const json = this.#json;
    const start = json.position;
    json.byte(OPEN_OBJECT);
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index]!;
      if (index > 0) json.byte(COMMA);
      json.raw(field.keyJson);
      if (!this.#writeField(object, typename, selection, field)) return this.#rollBack(start);
    }
    json.byte(CLOSE_OBJECT);
    this.pending?.add(object, typename, selection, this.#path, start);
    return true;
  }

  #writeField(object: JsonObject, typename: string, selection: Selection, field: OutputField): boolean {
    const { responseKey, fetchedKey, output } = field;
    if (field.isRefused) return this.#writeRefusedField(field);
    if (!output) return this.#writeMetaField(typename, field);
    const value = object[fetchedKey];
    if (output.kind === 'leaf' && value !== null && value !== undefined && output.check(value)) {
      this.#json.value(typeof value === 'object' && output.isIntegral ? integral(value) : value);
      return true;
    }
    this.#path.push(responseKey);
    const failure = value === undefined && !this.fetched.failures.isEmpty ? this.fetched.failures.find(object, fetchedKey) : undefined;
    if (failure && !failure.hasOwnPath) this.errors.push(failure.errorAt([...this.#path]));
    const isUnplanned = value === undefined && !failure && !this.#isPlanned(typename, selection, field);
    if (isUnplanned) this.errors.push(unplannedFieldError(field.coordinate, [...this.#path]));
    const errorCount = this.completionErrors.length;
    const isWritten = this.#writeValue(value, output, field.coordinate);
    if (failure || isUnplanned) this.completionErrors.length = errorCount; // The failure's error is the reason.
    this.#path.pop();
    return isWritten;
  }

  /** True if a fetch of the plan brings a field of the objects of a type. */
  #isPlanned(typename: string, selection: Selection, field: OutputField): boolean {
    return (field.isPlanned ??= this.fetched.coverage.includes(selection.place(typename), field.fetchedKey));
  }

  #writeValue(value: Json | undefined, output: Output, name: string): boolean {
    if (value !== null && value !== undefined) {
      if (this.#writeNonNullValue(value, output, name)) return true;
    } else if (output.isNonNull) {
      // A field that is not even null may be missing because of the error of another field of the object, in one fetch with it.
      const within = value === undefined ? this.#path.slice(0, -1) : undefined;
      this.#addCompletionError(`Cannot return null for non-nullable field ${name}.`, within);
    }
    if (output.isNonNull) return false;
    if (this.#propagating) {
      this.#propagating.nullPath = [...this.#path];
      this.#propagating = null;
    }
    this.#json.raw(NULL);
    return true;
  }

  #writeNonNullValue(value: Json, output: Output, name: string): boolean {
    switch (output.kind) {
      case 'leaf':
        if (!output.check(value)) return this.#reject(`Invalid value for ${name}.`);
        this.#json.value(output.isIntegral ? integral(value) : value);
        return true;
      case 'list':
        return Array.isArray(value) ? this.#writeList(value, output.item, name) : this.#reject(`Expected a list for ${name}.`);
      case 'object':
        return isObject(value) ? this.#writeCompositeValue(value, output) : this.#reject(`Expected an object for ${name}.`);
    }
  }

  #writeList(values: readonly Json[], output: Output, name: string): boolean {
    const json = this.#json;
    const start = json.position;
    json.byte(OPEN_LIST);
    for (let index = 0; index < values.length; index++) {
      if (index > 0) json.byte(COMMA);
      this.#path.push(index);
      const isWritten = this.#writeValue(values[index], output, name);
      this.#path.pop();
      if (!isWritten) return this.#rollBack(start);
    }
    json.byte(CLOSE_LIST);
    return true;
  }

  #writeCompositeValue(object: JsonObject, { type, selection }: Output & { kind: 'object' }): boolean {
    const typename = isObjectType(type) ? type.name : ((object.__typename as string | undefined) ?? type.name);
    if (!isObjectType(type) && this.#hasUnknownType(object, typename)) return false;
    if (!this.fetched.sharedObjects.has(object)) return this.#writeFields(object, typename, selection);
    this.#written ??= new Map();
    let ofSelection = this.#written.get(selection);
    if (!ofSelection) this.#written.set(selection, (ofSelection = new Map()));
    const written = ofSelection.get(object);
    if (written) {
      this.#json.repeat(written.start, written.end);
      return true;
    }
    const start = this.#json.position;
    const errorCount = this.errors.length + this.completionErrors.length;
    if (!this.#writeFields(object, typename, selection)) return false;
    // An object with errors is written anew at each place, because each place needs errors with its own path.
    if (this.errors.length + this.completionErrors.length === errorCount) ofSelection.set(object, { start, end: this.#json.position });
    return true;
  }

  /** True if the fetch of the object's type failed: its fields are then not known. */
  #hasUnknownType(object: JsonObject, typename: string): boolean {
    if (this.fetched.failures.isEmpty || isObjectType(this.scope.schema.getType(typename))) return false;
    const failure = this.fetched.failures.find(object, '__typename');
    if (failure && !failure.hasOwnPath) this.errors.push(failure.errorAt([...this.#path]));
    return failure !== undefined;
  }

  #writeRefusedField({ responseKey, output }: OutputField): boolean {
    this.errors.push(this.refusal([...this.#path, responseKey]));
    if (!output || output.isNonNull) return false;
    this.#json.raw(NULL);
    return true;
  }

  /** Writes `__typename`, `__schema` or `__type`. */
  #writeMetaField(typename: string, field: OutputField): boolean {
    if (field.isIntrospection) {
      this.#json.value(introspect(this.scope, field.nodes));
      return true;
    }
    if (isObjectType(this.scope.schema.getType(typename))) {
      this.#json.text(typename);
      return true;
    }
    this.#path.push(field.responseKey);
    this.#addCompletionError('The subgraphs did not return the type of the object.');
    this.#path.pop();
    return false;
  }

  #rollBack(start: number): false {
    this.#json.rollBackTo(start);
    this.pending?.rollBackTo(start);
    this.#written = null; // Some of the ranges may be removed.
    return false;
  }

  #reject(message: string): false {
    this.#addCompletionError(message);
    return false;
  }

  #addCompletionError(message: string, within?: Path): void {
    const path = [...this.#path];
    this.#propagating = { error: new GraphQLError(message, { path }), within: within ?? path, nullPath: this.#basePath };
    this.completionErrors.push(this.#propagating);
  }
}

const INTEGER = /^-?\d+$/;

/** Returns a valid value of an Int or ID, without a fraction or an exponent if it is a number. */
const integral = (value: Json): Json => (value instanceof JsonNumber && !INTEGER.test(value.toString()) ? value.valueOf() : value);
