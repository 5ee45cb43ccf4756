import { isObjectType, type GraphQLCompositeType, type GraphQLSchema } from 'graphql';
import { isObject, ownValue, type Json, type JsonObject } from '../../json.js';
import type { Output, OutputField, Selection } from './selection.js';

export type Path = readonly (string | number)[];

/** Where a client sees an error, in its own response keys. */
export type ClientPlace =
  | {
      isSelected: true;
      path: Path;
      /** The null that the error leaves: its own place, or the nearest above that may be null. */
      nullAt: Path;
      /**
       * The slot of an object that the error took along and that is here all the same, as another subgraph has told of it, but
       * not of which type it is: nothing shows then that what it lacks must not be null.
       */
      lost: Slot | null;
    }
  | {
      /** Subgraphs are asked for more than the client wants: keys, and what `@requires` names. */
      isSelected: false;
      /** The object that needed the field. */
      path: Path;
      /** What the client selected and is not there, of that object or with it: perhaps because of the error. */
      missing: readonly Path[];
    };

/** Where a value stands. */
export interface Slot {
  holder: JsonObject | Json[];
  key: string | number;
}

/** The place of an error whose path has the keys of the fetched objects. */
export function clientPlace(
  schema: GraphQLSchema,
  path: Path,
  root: { data: JsonObject; typename: string; selection: Selection },
): ClientPlace {
  const seen: (string | number)[] = [];
  let value: Json | undefined = root.data;
  let slot: Slot | null = null;
  let typenames: readonly string[] = [root.typename];
  let selection: Selection | null = root.selection;
  let output = null as Output | null;
  let nullable = 0;
  let gone = null as number | null;
  let lost = null as (Slot & { depth: number }) | null;
  for (const key of path) {
    const holder: Json | undefined = value;
    if (typeof key === 'number') {
      seen.push(key);
      value = Array.isArray(holder) ? holder[key] : undefined;
      output = output?.kind === 'list' ? output.item : null;
    } else {
      const field = fieldOf(selection, typenames, key);
      if (!field) {
        const missing = gone === null ? missingFields(value, selection, typenames, seen) : [seen.slice(0, gone)];
        return { isSelected: false, path: seen, missing };
      }
      value = isObject(holder) ? ownValue(holder, key) : undefined;
      if (slot && isObject(holder) && value === undefined && typenames.length > 1) lost ??= { ...slot, depth: seen.length };
      seen.push(field.key);
      output = field.output;
    }
    const composite = output && compositeOf(output);
    selection = composite?.selection ?? null;
    typenames = composite ? possibleTypes(schema, composite.type, value) : [];
    if (output && !output.isNonNull) nullable = seen.length;
    if (value === null || value === undefined) gone ??= seen.length;
    slot = typeof holder === 'object' && holder !== null ? { holder, key } : null;
  }
  return { isSelected: true, path: seen, nullAt: seen.slice(0, nullable), lost: lost && nullable <= lost.depth ? lost : null };
}

/** The fields of an object that the client selected and that did not come; the object itself where it is none. */
function missingFields(value: Json | undefined, selection: Selection | null, typenames: readonly string[], at: Path): Path[] {
  if (!isObject(value)) return [[...at]];
  const fields = typenames.flatMap((typename) => selection?.fields(typename) ?? []);
  return fields.flatMap(({ key, source, output }) => (output && value[source] === undefined ? [[...at, key]] : []));
}

/** A field of one of the types; if they differ, one that must not be null, as such an error may reach further. */
function fieldOf(selection: Selection | null, typenames: readonly string[], key: string): OutputField | undefined {
  const fields = typenames.flatMap((typename) => selection?.fields(typename)?.find(({ source }) => source === key) ?? []);
  return fields.find(({ output }) => output?.isNonNull) ?? fields[0];
}

function compositeOf(output: Output): (Output & { kind: 'object' }) | null {
  if (output.kind === 'list') return compositeOf(output.item);
  return output.kind === 'object' ? output : null;
}

/** The type that an object says to be of, or all that it could be of. */
function possibleTypes(schema: GraphQLSchema, type: GraphQLCompositeType, value: Json | undefined): string[] {
  if (isObjectType(type)) return [type.name];
  // An interface object says the interface's name where its type could not be had.
  if (isObject(value) && typeof value.__typename === 'string' && isObjectType(schema.getType(value.__typename))) return [value.__typename];
  return [...schema.getPossibleTypes(type).map(({ name }) => name), type.name];
}
