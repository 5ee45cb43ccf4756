/** Bytes that a writer keeps for the next response; a larger response gives its memory back. */
const KEPT_BYTES = 1024 * 1024;
/** Characters up to which a loop writes a text faster than a call into the engine does. */
const SHORT = 256;
/** What JSON cannot hold as it is, and halves of surrogate pairs, which UTF-8 cannot. */
const NEEDS_CARE = /[\u0000-\u001f"\\\ud800-\udfff]/;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Writes JSON as UTF-8 bytes. Nothing is allocated while it writes; what was written can be taken back, and written again
 * by copying bytes. One response after another uses the same memory, so a response is taken out with `taken`.
 */
export class JsonWriter {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #length = 0;

  /** Where the next byte goes. */
  get position(): number {
    return this.#length;
  }

  /** Takes back what was written from a position on. */
  backTo(position: number): void {
    this.#length = position;
  }

  /** Bytes of JSON, such as a key with its colon. */
  raw(bytes: Buffer): void {
    this.#makeRoom(bytes.length);
    const target = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < bytes.length; index++) target[at++] = bytes[index]!;
    this.#length = at;
  }

  byte(code: number): void {
    this.#makeRoom(1);
    this.#bytes[this.#length++] = code;
  }

  /** Writes once more what stands between two positions. */
  again(start: number, end: number): void {
    this.#makeRoom(end - start);
    this.#bytes.copyWithin(this.#length, start, end);
    this.#length += end - start;
  }

  /** Any value that JSON.parse makes. */
  value(value: unknown): void {
    if (typeof value === 'string') return this.text(value);
    this.#ascii(typeof value === 'number' ? String(value) : JSON.stringify(value));
  }

  text(text: string): void {
    if (text.length > SHORT) return this.#longText(text);
    this.#makeRoom(text.length + 2);
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

  /** A copy of what was written, and an empty writer. */
  taken(): Buffer {
    const taken = Buffer.allocUnsafe(this.#length);
    this.#bytes.copy(taken, 0, 0, this.#length);
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(KEPT_BYTES);
    return taken;
  }

  #longText(text: string): void {
    const json = NEEDS_CARE.test(text) ? JSON.stringify(text) : `"${text}"`;
    this.#makeRoom(json.length * 3);
    this.#length += this.#bytes.write(json, this.#length, 'utf8');
  }

  /** JSON that may be long or not be ASCII, but mostly is a number. */
  #ascii(json: string): void {
    if (json.length > SHORT) {
      this.#makeRoom(json.length * 3);
      this.#length += this.#bytes.write(json, this.#length, 'utf8');
      return;
    }
    this.#makeRoom(json.length * 3);
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

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + bytes));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
