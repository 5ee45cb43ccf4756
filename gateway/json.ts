/** A value that `JSON.parse` returns. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/**
 * A parsed JSON object. Its keys may be names that clients choose, such as `__proto__`: use `ownValue` and `setOwn` for
 * those.
 */
export interface JsonObject {
  [key: string]: Json | undefined;
}

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** True if plain objects inherit a property of this name, such as `constructor`. */
export const isInherited = (name: string): boolean => name in Object.prototype;

/** Returns an object's own value; undefined for an inherited one. */
export const ownValue = (object: JsonObject, key: string): Json | undefined => (Object.hasOwn(object, key) ? object[key] : undefined);

/** Sets an own property of any name. Assigning to `__proto__` would change the object's prototype instead. */
export function setOwn(object: JsonObject, key: string, value: Json | undefined): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}

/**
 * Creates objects without inherited properties, for keys that clients choose: `__proto__` is then an ordinary key. Unlike
 * objects of `Object.create(null)` they have hidden classes in V8, which makes JSON.stringify several times faster.
 */
export const NullPrototypeObject = function () {} as unknown as new () => JsonObject;
NullPrototypeObject.prototype = Object.create(null) as object;

/** The maximum nesting depth of a custom scalar's value. */
const MAX_DEPTH = 1000;

/** True if a value can be serialized as JSON; one that is nested too deeply would overflow the stack. */
export const isSerializable = (value: unknown, depth = 0): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth < MAX_DEPTH && Object.values(value).every((item) => isSerializable(item, depth + 1)));
