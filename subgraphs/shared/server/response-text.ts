import type { FormattedExecutionResult } from 'graphql';
import { codedError } from '../errors/coded-error.js';

/** The number of lists nested in one another whose elements are written one by one. */
const SPLIT_LEVELS = 2;

/**
 * Returns a result as JSON. One that is larger than `maxBytes` becomes an error, and its text is never complete in memory: the
 * elements of lists are written one by one until the limit is reached.
 */
export function responseText(result: FormattedExecutionResult, maxBytes: number, isMutation = false): string {
  try {
    return new BoundedWriter(maxBytes).write(result);
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    const { message, extensions } = responseTooLarge(maxBytes, isMutation);
    return JSON.stringify({ errors: [{ message, extensions }], data: null });
  }
}

const responseTooLarge = (maxBytes: number, isMutation: boolean) =>
  codedError(
    'RESPONSE_TOO_LARGE',
    `The response of a subgraph is larger than ${maxBytes} bytes. ` +
      (isMutation
        ? 'The mutation was executed: do not repeat it, and request fewer fields of its result.'
        : 'Request fewer fields or smaller pages, or split the operation into several.'),
  );

class TooLarge extends Error {}

/** Writes JSON of a limited size. */
class BoundedWriter {
  #remaining: number;

  constructor(maxBytes: number) {
    this.#remaining = maxBytes;
  }

  write(value: object): string {
    return this.#value(value, SPLIT_LEVELS) ?? 'null';
  }

  /** Returns undefined for a value that JSON leaves out. */
  #value(value: unknown, levels: number): string | undefined {
    if (Array.isArray(value)) return levels > 0 ? this.#list(value, levels - 1) : this.#whole(value);
    return isPlainObject(value) && Object.values(value).some(isObjectLike) ? this.#object(value, levels) : this.#whole(value);
  }

  #list(values: readonly unknown[], levels: number): string {
    let text = this.#count('[');
    for (let index = 0; index < values.length; index++) {
      if (index > 0) text += this.#count(',');
      text += this.#value(values[index], levels) ?? this.#count('null');
    }
    return text + this.#count(']');
  }

  #object(object: object, levels: number): string {
    let text = '';
    for (const [key, value] of Object.entries(object)) {
      const written = this.#value(value, levels);
      if (written !== undefined) text += this.#count(`${text === '' ? '' : ','}${JSON.stringify(key)}:`) + written;
    }
    return this.#count('{') + text + this.#count('}');
  }

  #whole(value: unknown): string | undefined {
    const text = JSON.stringify(value) as string | undefined;
    if (text !== undefined) this.#count(text);
    return text;
  }

  #count(text: string): string {
    this.#remaining -= Buffer.byteLength(text);
    if (this.#remaining < 0) throw new TooLarge();
    return text;
  }
}

const isObjectLike = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** True for an object that JSON writes by its own enumerable properties, as are those that graphql-js creates. */
function isPlainObject(value: unknown): value is object {
  if (!isObjectLike(value) || 'toJSON' in value) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
