import { setOwn, type Json, type JsonObject } from '../../json.js';
import type { SchemaTypes } from '../schema-types.js';

/**
 * Adds what a subgraph said of an object to what is known of it, in place. Objects and lists that both sides have are merged
 * item by item; what one side alone has is taken over, copied if `copies` says that another object holds it too.
 */
export function merge(target: JsonObject, source: JsonObject, types: SchemaTypes, copies: boolean): void {
  for (const key in source) {
    const value = source[key];
    const known = Object.hasOwn(target, key) ? target[key] : undefined;
    if (key === '__typename' && typeof known === 'string' && types.isConcrete(known)) continue; // An interface object does not know better.
    if (known === undefined || known === null || typeof value !== 'object') {
      setOwn(target, key, copies ? copy(value) : value);
    } else if (value !== null && typeof known === 'object') {
      mergeInto(known, value, types, copies);
    }
  }
}

function mergeInto(known: JsonObject | Json[], value: JsonObject | Json[], types: SchemaTypes, copies: boolean): void {
  if (!Array.isArray(known)) {
    if (!Array.isArray(value)) merge(known, value, types, copies);
    return;
  }
  if (!Array.isArray(value)) return;
  for (const [index, item] of value.entries()) {
    const place = known[index];
    if (place === undefined || place === null) known[index] = copies ? (copy(item) as Json) : item;
    else if (typeof place === 'object' && typeof item === 'object' && item !== null) mergeInto(place, item, types, copies);
  }
}

/** A deep copy; leaves are shared. */
export function copy(value: Json | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => copy(item) as Json);
  const made: JsonObject = {};
  for (const key in value) setOwn(made, key, copy(value[key]));
  return made;
}
