import type { FetchDataRewrite } from '@apollo/query-planner';
import { isObject, ownValue, NullPrototypeObject, setOwn, type Json, type JsonObject } from '../../json.js';
import type { SchemaTypes } from '../schema-types.js';
import { merge } from './merge.js';

const FRAGMENT_PREFIX = '... on ';

/**
 * Applies the planner's rewrites to a representation or to the data of a response, in place. A rewrite sets a value (the
 * `__typename` of an interface object) or renames a key (of a field that had to be selected under an alias).
 */
export function applyRewrites(rewrites: readonly FetchDataRewrite[], value: Json, types: SchemaTypes): void {
  for (const rewrite of rewrites) {
    const last = rewrite.path.at(-1);
    if (last === undefined) continue;
    forEachObject(value, rewrite.path.slice(0, -1), types, (object) => {
      if (rewrite.kind === 'ValueSetter') return setOwn(object, last, rewrite.setValueTo as Json);
      const renamed = ownValue(object, last);
      if (renamed === undefined) return;
      setOwn(object, rewrite.renameKeyTo, renamed);
      delete object[last];
    });
  }
}

/**
 * Applies rewrites to the data of a response, in place. Unlike `applyRewrites` it merges a renamed value into a value that
 * the object already has under the new key: one field may be selected on an object type under its own name and on an
 * interface of that type under an alias.
 */
export function applyOutputRewrites(rewrites: readonly FetchDataRewrite[], data: JsonObject, types: SchemaTypes): void {
  for (const rewrite of rewrites) {
    if (rewrite.kind !== 'KeyRenamer') {
      applyRewrites([rewrite], data, types);
      continue;
    }
    const last = rewrite.path.at(-1)!;
    forEachObject(data, rewrite.path.slice(0, -1), types, (object) => {
      const value = ownValue(object, last);
      if (value === undefined) return;
      delete object[last];
      const renamed = new NullPrototypeObject();
      setOwn(renamed, rewrite.renameKeyTo, value);
      merge(object, renamed, types, false);
    });
  }
}

/** Returns the path of an error of a response with the keys that its fields have after the output rewrites. */
export function rewrittenPath(rewrites: readonly FetchDataRewrite[], path: readonly (string | number)[]): (string | number)[] {
  const rewritten = [...path];
  for (const rewrite of rewrites) {
    if (rewrite.kind !== 'KeyRenamer') continue;
    // Type conditions can be ignored: the planner uses each alias for one field only.
    const keys = rewrite.path.filter((key) => !key.startsWith(FRAGMENT_PREFIX));
    let depth = 0;
    for (const [index, step] of rewritten.entries()) {
      if (typeof step === 'number') continue;
      if (step !== keys[depth]) break;
      depth++;
      if (depth < keys.length) continue;
      rewritten[index] = rewrite.renameKeyTo;
      break;
    }
  }
  return rewritten;
}

function forEachObject(value: Json | undefined, path: readonly string[], types: SchemaTypes, callback: (object: JsonObject) => void): void {
  if (Array.isArray(value)) return value.forEach((item) => forEachObject(item, path, types, callback));
  if (!isObject(value)) return;
  const [first, ...rest] = path;
  if (first === undefined) return callback(value);
  if (!first.startsWith(FRAGMENT_PREFIX)) return forEachObject(ownValue(value, first), rest, types, callback);
  const typename = value.__typename;
  const applies = typeof typename !== 'string' || types.matches(typename, first.slice(FRAGMENT_PREFIX.length));
  if (applies) forEachObject(value, rest, types, callback);
}
