import { JsonNumber, setOwn, type Json, type JsonObject } from '../../json.js';
import type { SchemaTypes } from '../schema-types.js';

/**
 * Merges the fields of `source`, which a subgraph returned for an object, into that object (`target`), in place. If both have an
 * object or a list under a key, these are merged recursively, lists by index. Other values of the source are set in the target,
 * but a null replaces no value, and a list item is set only where the target has none.
 * @param shouldCopy true if the source's nested objects also become part of another object. The target then gets copies of them.
 */
export function merge(target: JsonObject, source: JsonObject, types: SchemaTypes, shouldCopy: boolean): void {
  for (const key in source) {
    const value = source[key];
    const targetValue = Object.hasOwn(target, key) ? target[key] : undefined;
    // A subgraph with an `@interfaceObject` returns the interface's name, which must not replace the name of the object type.
    if (key === '__typename' && typeof targetValue === 'string' && types.isConcrete(targetValue)) continue;
    if (targetValue === undefined || targetValue === null || typeof value !== 'object' || value instanceof JsonNumber) {
      setOwn(target, key, shouldCopy ? copy(value) : value);
    } else if (value !== null && typeof targetValue === 'object') {
      mergeValues(targetValue, value, types, shouldCopy);
    }
  }
}

function mergeValues(target: JsonNumber | JsonObject | Json[], source: JsonObject | Json[], types: SchemaTypes, shouldCopy: boolean): void {
  if (target instanceof JsonNumber) return;
  if (!Array.isArray(target)) {
    if (!Array.isArray(source)) merge(target, source, types, shouldCopy);
    return;
  }
  if (!Array.isArray(source)) return;
  for (const [index, item] of source.entries()) {
    const targetItem = target[index];
    if (targetItem === undefined || targetItem === null) target[index] = shouldCopy ? (copy(item) as Json) : item;
    else if (typeof targetItem === 'object' && typeof item === 'object' && item !== null && !(item instanceof JsonNumber))
      mergeValues(targetItem, item, types, shouldCopy);
  }
}

/** Returns a deep copy of the objects and lists of a value. */
export function copy(value: Json | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null || value instanceof JsonNumber) return value;
  if (Array.isArray(value)) return value.map((item) => copy(item) as Json);
  const copied: JsonObject = {};
  for (const key in value) setOwn(copied, key, copy(value[key]));
  return copied;
}
