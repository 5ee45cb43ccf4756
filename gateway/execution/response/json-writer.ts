import { stringifyJson } from '../../json.js';

/** The maximum size of the buffer that a writer keeps for the next response, in bytes. */
const MAX_KEPT_BYTES = 1024 * 1024;
/** The length in characters up to which a loop writes a text faster than `Buffer.write`. */
const MAX_LOOP_LENGTH = 256;
/** Characters that JSON must escape, and surrogates, which UTF-8 cannot encode unless they are paired. */
const NEEDS_ESCAPING = /[\u0000-\u001f"\\\ud800-\udfff]/;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Writes JSON as UTF-8 into a buffer that grows as needed. Writing allocates nothing else; written bytes can be removed again
 * or repeated. The buffer is reused after `reset`.
 */
export class JsonWriter {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #length = 0;

  /** The index of the next byte. */
  get position(): number {
    return this.#length;
  }

  /** Removes the bytes that were written from a position on. */
  rollBackTo(position: number): void {
    this.#length = position;
  }

  /** Writes bytes that are JSON already, such as a key with its colon. */
  raw(bytes: Buffer): void {
    this.#reserve(bytes.length);
    const target = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < bytes.length; index++) target[at++] = bytes[index]!;
    this.#length = at;
  }

  byte(code: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = code;
  }

  /** Writes the bytes between two positions again. */
  repeat(start: number, end: number): void {
    this.#reserve(end - start);
    this.#bytes.copyWithin(this.#length, start, end);
    this.#length += end - start;
  }

  /** Writes a parsed JSON value. */
  value(value: unknown): void {
    if (typeof value === 'string') return this.text(value);
    this.#ascii(typeof value === 'number' ? String(value) : stringifyJson(value));
  }

  /** Writes a string. */
  text(text: string): void {
    if (text.length > MAX_LOOP_LENGTH) return this.#longText(text);
    this.#reserve(text.length + 2);
    const target = this.#bytes;
    let at = this.#length;
    target[at++] = QUOTE;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) return this.#longText(text);
      target[at++] = code;
    }
    target[at++] = QUOTE;
    this.#length = at;
  }

  /** Returns a copy of the bytes that were written. */
  copy(): Buffer {
    const copied = Buffer.allocUnsafe(this.#length);
    this.#bytes.copy(copied, 0, 0, this.#length);
    return copied;
  }

  /** Removes all bytes, and releases the memory of a large response. */
  reset(): void {
    this.#length = 0;
    if (this.#bytes.length > MAX_KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(MAX_KEPT_BYTES);
  }

  #longText(text: string): void {
    const json = NEEDS_ESCAPING.test(text) ? JSON.stringify(text) : `"${text}"`;
    this.#reserve(json.length * 3);
    this.#length += this.#bytes.write(json, this.#length, 'utf8');
  }

  /** Writes JSON that is mostly short and ASCII, such as a number. */
  #ascii(json: string): void {
    if (json.length > MAX_LOOP_LENGTH) {
      this.#reserve(json.length * 3);
      this.#length += this.#bytes.write(json, this.#length, 'utf8');
      return;
    }
    this.#reserve(json.length * 3);
    let at = this.#length;
    for (let index = 0; index < json.length; index++) {
      const code = json.charCodeAt(index);
      if (code > 0x7e) {
        this.#length += this.#bytes.write(json, this.#length, 'utf8');
        return;
      }
      this.#bytes[at++] = code;
    }
    this.#length = at;
  }

  /** Makes room for a number of bytes behind those that were written. */
  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + bytes));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
