import { GraphQLError, isObjectType } from 'graphql';
import { isObject, type Json, type JsonObject } from '../../json.js';
import type { Failures } from '../fetch/failures.js';
import type { PendingFragments } from '../defer/pending-fragments.js';
import type { Path } from './client-place.js';
import { introspect, type IntrospectionScope } from './introspection.js';
import { JsonWriter } from './json-writer.js';
import { BEFORE_DATA, BEHIND_DATA, ResponseData } from './response-data.js';
import type { Output, OutputField, Selection } from './selection.js';

export interface Fetched {
  data: JsonObject;
  failures: Failures;
  /** Objects that stand at several places; each is shaped once for each selection. */
  shared: ReadonlySet<JsonObject>;
}

/** A null that may not be, or a value that cannot be shown. */
export interface Completion {
  error: GraphQLError;
  /** An error at, above or below this place explains it. */
  within: Path;
  /** The null that it leaves: so does an error that leaves this null. */
  nullAt: Path;
}

/** Where an object's JSON stands in the response. */
interface Written {
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

/** Shaping is not interrupted, so one writer serves all responses. */
const writer = new JsonWriter();

/**
 * Writes the response of what was fetched: what the client selected, in its order, with nulls where they belong. Methods
 * that answer a boolean answer whether the value could be written; where not, as it or something in it is null and may not
 * be, nothing of it remains, and the nearest nullable value above becomes null.
 */
export class Shaper {
  /** Why fields are null; paths are those of the response. */
  readonly errors: GraphQLError[] = [];
  readonly completions: Completion[] = [];
  readonly #path: (string | number)[] = [];
  /** The path of what is written as a whole. */
  #base: Path = [];
  /** The complaint whose null is not found yet: at most one, as a value that cannot be written ends what is around it. */
  #rising: Completion | null = null;
  #written: Map<Selection, Map<JsonObject, Written>> | null = null;

  constructor(
    private readonly scope: IntrospectionScope,
    private readonly fetched: Fetched,
    /** Says that the reader may not see a field. */
    private readonly refusal: (path: (string | number)[]) => GraphQLError,
    /** Notes what is answered later; null where nothing is. */
    private readonly pending: PendingFragments | null,
  ) {}

  /** The response's data; null where it is null as a whole. */
  root(typename: string, selection: Selection): ResponseData | null {
    return this.part(this.fetched.data, typename, selection, []);
  }

  /** The same of an object within the data, which stands at a path of the response. */
  part(object: JsonObject, typename: string, selection: Selection, path: readonly (string | number)[]): ResponseData | null {
    writer.backTo(0);
    writer.raw(BEFORE_DATA);
    this.#path.splice(0, this.#path.length, ...path);
    this.#base = path;
    if (!this.#fields(object, typename, selection)) return null;
    writer.raw(BEHIND_DATA);
    return new ResponseData(writer.taken());
  }

  #fields(object: JsonObject, typename: string, selection: Selection): boolean {
    const fields = selection.fields(typename);
    if (!fields) return this.#refuse('Objects of this type cannot be shown.');
    const start = writer.position;
    writer.byte(OPEN_OBJECT);
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index]!;
      if (index > 0) writer.byte(COMMA);
      writer.raw(field.label);
      if (!this.#field(object, typename, field)) return this.#takeBack(start);
    }
    writer.byte(CLOSE_OBJECT);
    this.pending?.note(object, typename, selection, this.#path, start);
    return true;
  }

  #field(object: JsonObject, typename: string, field: OutputField): boolean {
    const { key, source, output } = field;
    if (field.isRefused) return this.#refused(field);
    if (!output) return this.#meta(typename, field);
    const value = object[source];
    if (output.kind === 'leaf' && value !== null && value !== undefined && output.check(value)) {
      writer.value(value);
      return true;
    }
    this.#path.push(key);
    const failure = value === undefined && !this.fetched.failures.isEmpty ? this.fetched.failures.of(object, source) : undefined;
    if (failure && !failure.isPlaced) this.errors.push(failure.at([...this.#path]));
    const complaints = this.completions.length;
    const isWritten = this.#value(value, output, field.name);
    if (failure) this.completions.length = complaints; // The failure says why.
    this.#path.pop();
    return isWritten;
  }

  #value(value: Json | undefined, output: Output, name: string): boolean {
    if (value !== null && value !== undefined) {
      if (this.#present(value, output, name)) return true;
    } else if (output.isNonNull) {
      // What is not even there may have gone with another field of the object, in the subgraph that was asked for both.
      this.#complain(`Cannot return null for non-nullable field ${name}.`, value === undefined ? this.#path.slice(0, -1) : undefined);
    }
    if (output.isNonNull) return false;
    if (this.#rising) {
      this.#rising.nullAt = [...this.#path];
      this.#rising = null;
    }
    writer.raw(NULL);
    return true;
  }

  #present(value: Json, output: Output, name: string): boolean {
    switch (output.kind) {
      case 'leaf':
        if (!output.check(value)) return this.#refuse(`Invalid value for ${name}.`);
        writer.value(value);
        return true;
      case 'list':
        return Array.isArray(value) ? this.#list(value, output.item, name) : this.#refuse(`Expected a list for ${name}.`);
      case 'object':
        return isObject(value) ? this.#object(value, output) : this.#refuse(`Expected an object for ${name}.`);
    }
  }

  #list(values: readonly Json[], output: Output, name: string): boolean {
    const start = writer.position;
    writer.byte(OPEN_LIST);
    for (let index = 0; index < values.length; index++) {
      if (index > 0) writer.byte(COMMA);
      this.#path.push(index);
      const isWritten = this.#value(values[index], output, name);
      this.#path.pop();
      if (!isWritten) return this.#takeBack(start);
    }
    writer.byte(CLOSE_LIST);
    return true;
  }

  #object(object: JsonObject, { type, selection }: Output & { kind: 'object' }): boolean {
    const typename = isObjectType(type) ? type.name : ((object.__typename as string | undefined) ?? type.name);
    if (!isObjectType(type) && this.#isOfUnknownType(object, typename)) return false;
    if (!this.fetched.shared.has(object)) return this.#fields(object, typename, selection);
    this.#written ??= new Map();
    let ofSelection = this.#written.get(selection);
    if (!ofSelection) this.#written.set(selection, (ofSelection = new Map()));
    const written = ofSelection.get(object);
    if (written) {
      writer.again(written.start, written.end);
      return true;
    }
    const start = writer.position;
    const troubles = this.errors.length + this.completions.length;
    if (!this.#fields(object, typename, selection)) return false;
    // What brings errors is shaped anew at each place, as the errors have to name each place.
    if (this.errors.length + this.completions.length === troubles) ofSelection.set(object, { start, end: writer.position });
    return true;
  }

  /** Whether an object's type could not be had, as the request for it failed: what belongs to it cannot be told then. */
  #isOfUnknownType(object: JsonObject, typename: string): boolean {
    if (this.fetched.failures.isEmpty || isObjectType(this.scope.schema.getType(typename))) return false;
    const failure = this.fetched.failures.of(object, '__typename');
    if (failure && !failure.isPlaced) this.errors.push(failure.at([...this.#path]));
    return failure !== undefined;
  }

  #refused({ key, output }: OutputField): boolean {
    this.errors.push(this.refusal([...this.#path, key]));
    if (!output || output.isNonNull) return false;
    writer.raw(NULL);
    return true;
  }

  #meta(typename: string, field: OutputField): boolean {
    if (field.isIntrospection) {
      writer.value(introspect(this.scope, field.nodes));
      return true;
    }
    if (isObjectType(this.scope.schema.getType(typename))) {
      writer.text(typename);
      return true;
    }
    this.#path.push(field.key);
    this.#complain('The type of an object is not known.');
    this.#path.pop();
    return false;
  }

  #takeBack(start: number): false {
    writer.backTo(start);
    this.pending?.backTo(start);
    this.#written = null; // What stood behind the start stands there no more.
    return false;
  }

  #refuse(message: string): false {
    this.#complain(message);
    return false;
  }

  #complain(message: string, within?: Path): void {
    const path = [...this.#path];
    this.#rising = { error: new GraphQLError(message, { path }), within: within ?? path, nullAt: this.#base };
    this.completions.push(this.#rising);
  }
}
