import { isObjectType, type GraphQLCompositeType, type GraphQLSchema } from 'graphql';
import { isObject, ownValue, type Json, type JsonObject } from '../../json.js';
import type { Output, OutputField, Selection } from './selection.js';

export type Path = readonly (string | number)[];

/** The position of an error in the client's response; paths have the client's response keys. */
export type ResponsePosition =
  | {
      isSelected: true;
      path: Path;
      /**
       * The path of the null that the error leaves: the error's own path, or the nearest nullable one above it (null
       * propagation).
       */
      nullPath: Path;
      /**
       * The slot of an object that null propagation should have made null and that is there all the same, because another
       * subgraph returned it without its `__typename`. Without its type nothing else would show that a non-null field is missing.
       */
      lostObject: Slot | null;
    }
  | {
      /** The client did not select the field: the plan did, as part of a key or for `@requires`. */
      isSelected: false;
      /** The path of the object that the field belongs to. */
      path: Path;
      /**
       * The paths of selected fields that are missing, perhaps because of the error: fields of that object, or the object
       * itself.
       */
      missingPaths: readonly Path[];
    };

/** The place of a value in the object or list that contains it. */
export interface Slot {
  container: JsonObject | Json[];
  key: string | number;
}

/**
 * Finds the position of an error in the response.
 * @param path the path of the error, with the response keys of the plan.
 */
export function responsePosition(
  schema: GraphQLSchema,
  path: Path,
  root: { data: JsonObject; typename: string; selection: Selection },
): ResponsePosition {
  const clientPath: (string | number)[] = [];
  let value: Json | undefined = root.data;
  let slot: Slot | null = null;
  let typenames: readonly string[] = [root.typename];
  let selection: Selection | null = root.selection;
  let output = null as Output | null;
  // Lengths of `clientPath`: up to the last nullable value, and up to the first value that is missing.
  let nullableDepth = 0;
  let missingDepth = null as number | null;
  let lost = null as (Slot & { depth: number }) | null;
  for (const key of path) {
    const container: Json | undefined = value;
    if (typeof key === 'number') {
      clientPath.push(key);
      value = Array.isArray(container) ? container[key] : undefined;
      output = output?.kind === 'list' ? output.item : null;
    } else {
      const field = fieldOf(selection, typenames, key);
      if (!field) {
        const missingPaths =
          missingDepth === null ? missingFieldPaths(value, selection, typenames, clientPath) : [clientPath.slice(0, missingDepth)];
        return { isSelected: false, path: clientPath, missingPaths };
      }
      value = isObject(container) ? ownValue(container, key) : undefined;
      if (slot && isObject(container) && value === undefined && typenames.length > 1) lost ??= { ...slot, depth: clientPath.length };
      clientPath.push(field.responseKey);
      output = field.output;
    }
    const composite = output && compositeOf(output);
    selection = composite?.selection ?? null;
    typenames = composite ? possibleTypes(schema, composite.type, value) : [];
    if (output && !output.isNonNull) nullableDepth = clientPath.length;
    if (value === null || value === undefined) missingDepth ??= clientPath.length;
    slot = isObject(container) || Array.isArray(container) ? { container, key } : null;
  }
  const lostObject = lost && nullableDepth <= lost.depth ? lost : null;
  return { isSelected: true, path: clientPath, nullPath: clientPath.slice(0, nullableDepth), lostObject };
}

/** Returns the paths of the selected fields that an object lacks; the path itself if there is no object. */
function missingFieldPaths(value: Json | undefined, selection: Selection | null, typenames: readonly string[], path: Path): Path[] {
  if (!isObject(value)) return [[...path]];
  const fields = typenames.flatMap((typename) => selection?.fields(typename) ?? []);
  return fields.flatMap(({ responseKey, fetchedKey, output }) =>
    output && value[fetchedKey] === undefined ? [[...path, responseKey]] : [],
  );
}

/** Returns the field of one of the types: a non-null one if there is one, because its error propagates further. */
function fieldOf(selection: Selection | null, typenames: readonly string[], key: string): OutputField | undefined {
  const fields = typenames.flatMap((typename) => selection?.fields(typename)?.find(({ fetchedKey }) => fetchedKey === key) ?? []);
  return fields.find(({ output }) => output?.isNonNull) ?? fields[0];
}

function compositeOf(output: Output): (Output & { kind: 'object' }) | null {
  if (output.kind === 'list') return compositeOf(output.item);
  return output.kind === 'object' ? output : null;
}

/** Returns the names of the types that a value may have: its own type if it is known. */
function possibleTypes(schema: GraphQLSchema, type: GraphQLCompositeType, value: Json | undefined): string[] {
  if (isObjectType(type)) return [type.name];
  // The `__typename` of an interface object is the interface's name if its object type could not be fetched.
  if (isObject(value) && typeof value.__typename === 'string' && isObjectType(schema.getType(value.__typename))) return [value.__typename];
  return [...schema.getPossibleTypes(type).map(({ name }) => name), type.name];
}
