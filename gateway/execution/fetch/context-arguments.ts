import type { FetchDataKeyRenamer } from '@apollo/query-planner';
import { isObject, ownValue, setOwn, NullPrototypeObject, type Json, type JsonObject } from '../../json.js';
import type { SchemaTypes } from '../schema-types.js';

const FRAGMENT = '... on ';

/**
 * The values of `@fromContext` arguments for one entity: each path begins at the entity, climbs (`..`) to an object above
 * it and reads a value there. A context that is set nowhere above leaves its argument out.
 */
export function contextArguments(
  rewrites: readonly FetchDataKeyRenamer[],
  entity: JsonObject,
  above: readonly JsonObject[],
  types: SchemaTypes,
): JsonObject {
  const values = new NullPrototypeObject();
  for (const { path, renameKeyTo } of rewrites) {
    const climbs = path.filter((element) => element === '..').length;
    const from = climbs === 0 ? entity : above[above.length - climbs];
    const value = read(from, path.slice(climbs), types);
    if (value !== undefined) setOwn(values, renameKeyTo, value);
  }
  return values;
}

function read(value: Json | undefined, path: readonly string[], types: SchemaTypes): Json | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => read(item, path, types) ?? null);
  if (!isObject(value)) return value === null ? null : undefined;
  if (!first.startsWith(FRAGMENT)) return read(ownValue(value, first), rest, types);
  const typename = value.__typename;
  return typeof typename !== 'string' || types.matches(typename, first.slice(FRAGMENT.length)) ? read(value, rest, types) : undefined;
}
