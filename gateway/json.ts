/** What JSON.parse makes. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** An object of parsed JSON. Its keys may be names that a client chose: see `ownValue` and `setOwn`. */
export interface JsonObject {
  [key: string]: Json | undefined;
}

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether plain objects inherit something under this name, such as `constructor`. */
export const isInherited = (name: string): boolean => name in Object.prototype;

/** The object's own value under a name that may be inherited. */
export const ownValue = (object: JsonObject, key: string): Json | undefined => (Object.hasOwn(object, key) ? object[key] : undefined);

/** Sets an own value, whatever the name: assigning to `__proto__` would change what the object inherits from. */
export function setOwn(object: JsonObject, key: string, value: Json | undefined): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}

/**
 * Makes objects for names that clients choose. They inherit nothing (`__proto__` is a name like any other) and, unlike
 * those of `Object.create(null)`, the engine gives them hidden classes, which makes them several times faster to print.
 */
export const NullPrototypeObject = function () {} as unknown as new () => JsonObject;
NullPrototypeObject.prototype = Object.create(null) as object;
