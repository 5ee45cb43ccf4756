import { JsonNumber, setOwn, type Json, type JsonObject } from '../../json.js';
import type { SchemaTypes } from '../schema-types.js';

/**
 * Merges the fields that a subgraph returned for an object into that object, in place. Objects and lists that both have are
 * merged recursively, lists by index; other values are taken from the source.
 * @param shouldCopy true if another object keeps the source's nested objects: they are then copied.
 */
export function merge(target: JsonObject, source: JsonObject, types: SchemaTypes, shouldCopy: boolean): void {
  for (const key in source) {
    const value = source[key];
    const known = Object.hasOwn(target, key) ? target[key] : undefined;
    // A subgraph with an interface object returns the interface's name, which must not replace the name of the object type.
    if (key === '__typename' && typeof known === 'string' && types.isConcrete(known)) continue;
    if (known === undefined || known === null || typeof value !== 'object' || value instanceof JsonNumber) {
      setOwn(target, key, shouldCopy ? copy(value) : value);
    } else if (value !== null && typeof known === 'object') {
      mergeValues(known, value, types, shouldCopy);
    }
  }
}

function mergeValues(known: JsonNumber | JsonObject | Json[], value: JsonObject | Json[], types: SchemaTypes, shouldCopy: boolean): void {
  if (known instanceof JsonNumber) return;
  if (!Array.isArray(known)) {
    if (!Array.isArray(value)) merge(known, value, types, shouldCopy);
    return;
  }
  if (!Array.isArray(value)) return;
  for (const [index, item] of value.entries()) {
    const knownItem = known[index];
    if (knownItem === undefined || knownItem === null) known[index] = shouldCopy ? (copy(item) as Json) : item;
    else if (typeof knownItem === 'object' && typeof item === 'object' && item !== null && !(item instanceof JsonNumber))
      mergeValues(knownItem, item, types, shouldCopy);
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
