import { randomBytes } from 'node:crypto';

/** A value that `parseJson` returns. */
export type Json = null | boolean | number | string | JsonNumber | Json[] | JsonObject;

/**
 * A parsed JSON object. Its keys may be names that clients choose, such as `__proto__`: use `ownValue` and `setOwn` for
 * those.
 */
export interface JsonObject {
  [key: string]: Json | undefined;
}

/** True if a JSON value is an object: not null, a list or a scalar. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);

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

/**
 * A number that JavaScript cannot represent with all its digits: `12345678901234567890`, `1.0`, `1e400`. `stringifyJson` writes
 * it as it was read. `JSON.stringify` writes the nearest number.
 */
export class JsonNumber {
  /** True once `JSON.stringify` has met such a number. */
  static isRounded = false;
  readonly #digits: string;

  constructor(digits: string) {
    this.#digits = digits;
  }

  /** Returns the nearest number that JavaScript has, which may be infinite. */
  valueOf(): number {
    return Number(this.#digits);
  }

  /** Returns the number as it was read. */
  toString(): string {
    return this.#digits;
  }

  toJSON(): number {
    JsonNumber.isRounded = true;
    return this.valueOf();
  }
}

/** True if JavaScript prints the number as it is written. */
export const isExact = (digits: string): boolean => String(Number(digits)) === digits;

/**
 * Matches all texts with numbers that may not be exact, and few others: a digit before a fraction or an exponent, and 16 digits in a
 * row. V8 searches for repeated classes several times faster than for a class with a quantifier.
 */
const FRACTION_OR_LONG = /\d(?:[.eE][\d+-]|\d\d\d\d\d\d\d\d\d\d\d\d\d\d\d)/;
const NEGATIVE_ZERO = /-0[\s,}\]]|-0$/;
/**
 * Matches the beginning of numbers that may not be exact: 16 digits or more, a fraction that ends in 0, an exponent, and `-0`.
 * It also matches such text in strings, which costs time and changes nothing.
 */
const SUSPICIOUS = /[:,[][ \n\r\t]*-?(?:\d{16}|\d+\.(?:\d{15}|\d*0(?=[\s,}\]]))|\d+(?:\.\d+)?[eE]|0(?<=-0)(?=[\s,}\]]))/g;
const NUMBER = /-?\d[-+.\deE]*/g;
/** Precedes the digits of numbers in the text that is parsed. The random part keeps it apart from every string of others. */
const MARKER = `\0${randomBytes(16).toString('hex')}`;

/**
 * Parses JSON like `JSON.parse`, except that numbers with digits that JavaScript would lose become instances of JsonNumber.
 * Texts without such numbers, which are nearly all, are parsed by `JSON.parse` alone.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return mayHaveInexactNumbers(text) ? restoreNumbers(JSON.parse(markNumbers(text))) : value;
}

/** True if a JSON text has numbers with digits that JavaScript would lose, or text in strings that looks like such numbers. */
export function mayHaveInexactNumbers(text: string): boolean {
  if (!FRACTION_OR_LONG.test(text) && !NEGATIVE_ZERO.test(text)) return false;
  SUSPICIOUS.lastIndex = 0;
  while (SUSPICIOUS.test(text)) {
    let start = SUSPICIOUS.lastIndex - 1;
    let end = SUSPICIOUS.lastIndex;
    while (isOfNumber(text.charCodeAt(start - 1))) start--;
    while (isOfNumber(text.charCodeAt(end))) end++;
    if (!isExact(text.slice(start, end))) return true;
    SUSPICIOUS.lastIndex = end;
  }
  return false;
}

/** True for the code of a character that numbers consist of: digits and `+-.Ee`. */
const isOfNumber = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || code === 0x2b || code === 0x2d || code === 0x2e || code === 0x45 || code === 0x65;

/** Returns a valid JSON text with each inexact number outside of strings as a string with the marker. */
function markNumbers(text: string): string {
  const mark = (segment: string): string =>
    segment.replace(NUMBER, (digits) => (isExact(digits) ? digits : JSON.stringify(MARKER + digits)));
  let marked = '';
  for (let position = 0; ;) {
    const start = text.indexOf('"', position);
    if (start < 0) return marked + mark(text.slice(position));
    const end = endOfString(text, start);
    marked += mark(text.slice(position, start)) + text.slice(start, end);
    position = end;
  }
}

/** Returns the index after the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let backslash = quote - 1;
    while (text[backslash] === '\\') backslash--;
    if ((quote - backslash) % 2 === 1) return quote + 1;
  }
}

/** Returns the value with JsonNumbers in the place of marked strings. Without recursion, because values may be nested deeply. */
function restoreNumbers(value: unknown): unknown {
  const root = { value };
  const containers: Record<string, unknown>[] = [root];
  for (let container = containers.pop(); container; container = containers.pop()) {
    for (const key of Object.keys(container)) {
      const item = container[key];
      if (typeof item === 'object' && item !== null) containers.push(item as Record<string, unknown>);
      else if (typeof item === 'string' && item.startsWith(MARKER)) container[key] = new JsonNumber(item.slice(MARKER.length));
    }
  }
  return root.value;
}

/** Writes a value of `parseJson` as JSON, with all digits of its numbers. */
export function stringifyJson(value: unknown): string {
  JsonNumber.isRounded = false;
  const json = JSON.stringify(value);
  return JsonNumber.isRounded ? writeExactly(value) : json;
}

function writeExactly(value: unknown): string {
  if (value instanceof JsonNumber) return value.toString();
  if (Array.isArray(value)) return `[${value.map((item) => (item === undefined ? 'null' : writeExactly(item))).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${writeExactly(item)}`).join()}}`;
}

/** Returns a copy of a value of `parseJson` with the nearest JavaScript number in the place of each JsonNumber. */
export function roundNumbers(value: unknown): unknown {
  if (value instanceof JsonNumber) return value.valueOf();
  if (Array.isArray(value)) return value.map(roundNumbers);
  if (!isObject(value)) return value;
  const rounded: JsonObject = {};
  for (const key of Object.keys(value)) setOwn(rounded, key, roundNumbers(value[key]) as Json);
  return rounded;
}

/** The maximum nesting depth of a custom scalar's value. */
const MAX_DEPTH = 1000;

/** True if a value can be serialized as JSON; one that is nested too deeply would overflow the stack. */
export const isSerializable = (value: unknown, depth = 0): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth < MAX_DEPTH && Object.values(value).every((item) => isSerializable(item, depth + 1)));
