import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { Execution } from '../execution.js';
import { isObject, ownValue, type Json, type JsonObject } from '../../json.js';
import { clientPlace, type ClientPlace, type Path } from '../shape/client-place.js';
import type { PendingFragment } from './pending-fragments.js';

/** An error somewhere in an object. */
export interface ErrorWithin {
  error: GraphQLError;
  /** From the object on, by the keys of the fetched objects. */
  path: Path;
  execution: Execution;
}

/** Which errors of the executions are in which of the objects; an error may be in several, as these lie in each other. */
export function errorsWithin(
  data: JsonObject,
  executions: Iterable<Execution>,
  objects: ReadonlySet<JsonObject>,
): ReadonlyMap<JsonObject, readonly ErrorWithin[]> {
  const found = new Map<JsonObject, ErrorWithin[]>();
  for (const execution of executions) {
    for (const error of execution.errors) {
      if (!error.path) continue;
      let value: Json | undefined = data;
      for (let depth = 0; typeof value === 'object' && value !== null; depth++) {
        if (isObject(value) && objects.has(value)) {
          const known = found.get(value);
          const within = { error, path: error.path.slice(depth), execution };
          if (known) known.push(within);
          else found.set(value, [within]);
        }
        value = step(value, error.path[depth]);
      }
    }
  }
  return found;
}

/**
 * The place of an error in the answer to a deferred fragment; undefined where the fragment lacks nothing for it.
 * @param isOwn whether it is of the request that was made for the fragment. Of others only what the fragment selects itself
 * is told: what is missing otherwise was told where it is.
 */
export function placeIn(
  { object, typename, fragment, path: base }: PendingFragment,
  { path: within }: ErrorWithin,
  schema: GraphQLSchema,
  isOwn: boolean,
): ClientPlace | undefined {
  if (within.length > 0 && !isMissing(object, within)) return undefined;
  const place = clientPlace(schema, within, { data: object, typename, selection: fragment.selection });
  if (!isOwn && (within.length === 0 || !place.isSelected)) return undefined;
  const path = [...base, ...place.path];
  return place.isSelected
    ? { ...place, path, nullAt: [...base, ...place.nullAt] }
    : { isSelected: false, path, missing: place.missing.map((one) => [...base, ...one]) };
}

/** What is at a path now: it may have come from a request that went better. */
function isMissing(object: JsonObject, path: Path): boolean {
  let value: Json | undefined = object;
  for (const key of path) value = step(value, key);
  return value === null || value === undefined;
}

function step(value: Json | undefined, key: string | number | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null || key === undefined) return undefined;
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return ownValue(value, String(key));
}
