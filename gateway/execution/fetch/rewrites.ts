import type { FetchDataRewrite } from '@apollo/query-planner';
import { isObject, ownValue, NullPrototypeObject, setOwn, type Json, type JsonObject } from '../../json.js';
import type { SchemaTypes } from '../schema-types.js';
import { merge } from './merge.js';

const FRAGMENT = '... on ';

/**
 * Changes that the planner asks for on what goes to a subgraph or comes from it: an interface object's `__typename`, or the
 * name of a field that had to be asked for under another name. They change the value in place.
 */
export function applyRewrites(rewrites: readonly FetchDataRewrite[], value: Json, types: SchemaTypes): void {
  for (const rewrite of rewrites) {
    const last = rewrite.path.at(-1);
    if (last === undefined) continue;
    eachObject(value, rewrite.path.slice(0, -1), types, (object) => {
      if (rewrite.kind === 'ValueSetter') return setOwn(object, last, rewrite.setValueTo as Json);
      const renamed = ownValue(object, last);
      if (renamed === undefined) return;
      setOwn(object, rewrite.renameKeyTo, renamed);
      delete object[last];
    });
  }
}

/**
 * The same for an answer. An object may have a field under its name and under the one that the planner made up (its type was
 * asked for some of it, its interface for more): then it has what both say.
 */
export function applyOutputRewrites(rewrites: readonly FetchDataRewrite[], data: JsonObject, types: SchemaTypes): void {
  for (const rewrite of rewrites) {
    if (rewrite.kind !== 'KeyRenamer') {
      applyRewrites([rewrite], data, types);
      continue;
    }
    const last = rewrite.path.at(-1)!;
    eachObject(data, rewrite.path.slice(0, -1), types, (object) => {
      const renamed = ownValue(object, last);
      if (renamed === undefined) return;
      delete object[last];
      const said = new NullPrototypeObject();
      setOwn(said, rewrite.renameKeyTo, renamed);
      merge(object, said, types, false);
    });
  }
}

/** The path of an error in an answer, under the names that its fields have once the answer is changed. */
export function rewrittenPath(rewrites: readonly FetchDataRewrite[], path: readonly (string | number)[]): (string | number)[] {
  const rewritten = [...path];
  for (const rewrite of rewrites) {
    if (rewrite.kind !== 'KeyRenamer') continue;
    // Types are passed by: the planner makes up each name once for one field.
    const keys = rewrite.path.filter((key) => !key.startsWith(FRAGMENT));
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

function eachObject(value: Json | undefined, path: readonly string[], types: SchemaTypes, found: (object: JsonObject) => void): void {
  if (Array.isArray(value)) return value.forEach((item) => eachObject(item, path, types, found));
  if (!isObject(value)) return;
  const [first, ...rest] = path;
  if (first === undefined) return found(value);
  if (!first.startsWith(FRAGMENT)) return eachObject(ownValue(value, first), rest, types, found);
  const typename = value.__typename;
  if (typeof typename !== 'string' || types.matches(typename, first.slice(FRAGMENT.length))) eachObject(value, rest, types, found);
}
