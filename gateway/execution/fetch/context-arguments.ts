import type { FetchDataKeyRenamer } from '@apollo/query-planner';
import { isObject, ownValue, setOwn, NullPrototypeObject, type Json, type JsonObject } from '../../json.js';
import type { SchemaTypes } from '../schema-types.js';

/** Called with an object that lacks the value of an argument, with the key of the value, and with the argument's path. */
export type OnMissingContext = (object: JsonObject, key: string, rewrite: FetchDataKeyRenamer) => void;

const FRAGMENT_PREFIX = '... on ';

/**
 * Returns the values of an entity's `@fromContext` arguments. Each path begins at the entity, goes up to one of its ancestors
 * (one `..` per level) and reads a value there. An argument whose context no ancestor sets is left out.
 * @param ancestors the objects that contain the entity, from the outermost to the nearest.
 */
export function contextArguments(
  rewrites: readonly FetchDataKeyRenamer[],
  entity: JsonObject,
  ancestors: readonly JsonObject[],
  types: SchemaTypes,
  onMissing: OnMissingContext,
): JsonObject {
  const values = new NullPrototypeObject();
  for (const rewrite of rewrites) {
    const { path, renameKeyTo } = rewrite;
    const levels = path.filter((element) => element === '..').length;
    const origin = levels === 0 ? entity : ancestors[ancestors.length - levels];
    const value = read(origin, path.slice(levels), types, (object, key) => onMissing(object, key, rewrite));
    if (value !== undefined) setOwn(values, renameKeyTo, value);
  }
  return values;
}

function read(
  value: Json | undefined,
  path: readonly string[],
  types: SchemaTypes,
  onMissing: (object: JsonObject, key: string) => void,
): Json | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => read(item, path, types, onMissing) ?? null);
  if (!isObject(value)) return value === null ? null : undefined;
  if (!first.startsWith(FRAGMENT_PREFIX)) {
    const inner = ownValue(value, first);
    if (inner === undefined) onMissing(value, first);
    return read(inner, rest, types, onMissing);
  }
  const typename = value.__typename;
  const applies = typeof typename !== 'string' || types.matches(typename, first.slice(FRAGMENT_PREFIX.length));
  return applies ? read(value, rest, types, onMissing) : undefined;
}
