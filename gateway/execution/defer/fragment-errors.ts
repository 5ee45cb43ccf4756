import type { GraphQLError, GraphQLSchema } from 'graphql';
import { isObject, ownValue, type Json, type JsonObject } from '../../json.js';
import type { Execution } from '../execution.js';
import { responsePosition, type Path, type ResponsePosition } from '../response/response-position.js';
import type { PendingFragment } from '../response/pending-fragments.js';

/** An error in an object. */
export interface NestedError {
  error: GraphQLError;
  /** The path of the error from the object on, with the response keys of the plan. */
  path: Path;
  execution: Execution;
}

/** Groups the errors of executions by the objects that they are in. As objects are nested, one error may be in several. */
export function groupErrorsByObject(
  data: JsonObject,
  executions: Iterable<Execution>,
  objects: ReadonlySet<JsonObject>,
): ReadonlyMap<JsonObject, readonly NestedError[]> {
  const errorsByObject = new Map<JsonObject, NestedError[]>();
  for (const execution of executions) {
    for (const error of execution.errors) {
      if (!error.path) continue;
      let value: Json | undefined = data;
      for (let depth = 0; typeof value === 'object' && value !== null; depth++) {
        if (isObject(value) && objects.has(value)) {
          const nested = { error, path: error.path.slice(depth), execution };
          const known = errorsByObject.get(value);
          if (known) known.push(nested);
          else errorsByObject.set(value, [nested]);
        }
        value = childAt(value, error.path[depth]);
      }
    }
  }
  return errorsByObject;
}

/**
 * Returns the position of an error in the result of a deferred fragment; undefined if the error leaves nothing of the fragment null.
 * @param isOwn true if the error is from a fetch for the fragment itself. Errors of other fetches are included only at fields
 * that the fragment selects, because other fields have reported them already.
 */
export function positionInFragment(
  { object, typename, fragment, path: objectPath }: PendingFragment,
  { path }: NestedError,
  schema: GraphQLSchema,
  isOwn: boolean,
): ResponsePosition | undefined {
  if (path.length > 0 && !isMissing(object, path)) return undefined;
  const position = responsePosition(schema, path, { data: object, typename, selection: fragment.selection });
  if (!isOwn && (path.length === 0 || !position.isSelected)) return undefined;
  const absolutePath = [...objectPath, ...position.path];
  return position.isSelected
    ? { ...position, path: absolutePath, nullPath: [...objectPath, ...position.nullPath] }
    : {
        isSelected: false,
        path: absolutePath,
        missingPaths: position.missingPaths.map((missing) => [...objectPath, ...missing]),
      };
}

/** True if there is no value at a path. Another request may have returned the value since the error was recorded. */
function isMissing(object: JsonObject, path: Path): boolean {
  let value: Json | undefined = object;
  for (const key of path) value = childAt(value, key);
  return value === null || value === undefined;
}

function childAt(value: Json | undefined, key: string | number | undefined): Json | undefined {
  if (key === undefined) return undefined;
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return isObject(value) ? ownValue(value, String(key)) : undefined;
}
