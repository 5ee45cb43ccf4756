/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  /** The `event` field; empty where there was none. */
  event: string;
  /** The `data` lines, joined by newlines. */
  data: string;
  /** Where the event had an `id` field; empty to forget the one before. */
  id?: string;
}

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const BOM = Buffer.from('\ufeff');

/** Thrown where one event is larger than the limit. */
export class EventTooLarge extends Error {
  constructor(readonly maxBytes: number) {
    super(`an event of more than ${maxBytes} bytes`);
  }
}

/**
 * Takes a `text/event-stream` apart as its bytes come: they may be split anywhere, lines end with LF, CR or both, and
 * comments and unknown fields are passed over. No byte is looked at twice, however small the pieces are.
 */
export class EventStreamParser {
  readonly #maxBytes: number;
  /** The pieces of the line that has not ended yet. */
  #line: Buffer[] = [];
  #bytes = 0;
  #isFirstLine = true;
  #afterReturn = false;
  #event = '';
  #data: string[] = [];
  #id: string | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The events that end in this chunk. */
  push(chunk: Buffer): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    let start = 0;
    let feed = -1;
    let carriage = -1;
    if (this.#afterReturn && chunk.length > 0) {
      if (chunk[0] === LF) start = 1;
      this.#afterReturn = false;
    }
    for (;;) {
      if (feed < start) feed = indexOrEnd(chunk, LF, start);
      if (carriage < start) carriage = indexOrEnd(chunk, CR, start);
      const end = Math.min(feed, carriage);
      this.#take(chunk.subarray(start, end));
      if (end === chunk.length) return events;
      const event = this.#endLine();
      if (event) events.push(event);
      start = end + 1;
      if (end !== carriage) continue;
      if (chunk[start] === LF) start++;
      else if (start === chunk.length) this.#afterReturn = true;
    }
  }

  #take(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#bytes += piece.length;
    if (this.#bytes > this.#maxBytes) throw new EventTooLarge(this.#maxBytes);
    this.#line.push(piece);
  }

  #endLine(): ServerSentEvent | undefined {
    let bytes = this.#line.length === 1 ? this.#line[0]! : Buffer.concat(this.#line);
    this.#line = [];
    if (this.#isFirstLine && bytes.subarray(0, BOM.length).equals(BOM)) bytes = bytes.subarray(BOM.length);
    this.#isFirstLine = false;
    if (bytes.length === 0) return this.#endEvent();
    if (bytes[0] === COLON) {
      this.#bytes -= bytes.length; // Comments are heartbeats, and no part of an event.
      return undefined;
    }
    this.#field(bytes.toString());
    return undefined;
  }

  #field(line: string): void {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'event') this.#event = value;
    else if (name === 'data') this.#data.push(value);
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
  }

  /** An event without data is none by the standard, but some servers say that they are done without any. */
  #endEvent(): ServerSentEvent | undefined {
    const event = { event: this.#event, data: this.#data.join('\n'), ...(this.#id !== undefined && { id: this.#id }) };
    const isEvent = this.#event !== '' || this.#data.length > 0;
    this.#bytes = 0;
    this.#event = '';
    this.#data = [];
    this.#id = undefined;
    return isEvent ? event : undefined;
  }
}

function indexOrEnd(chunk: Buffer, byte: number, start: number): number {
  const index = chunk.indexOf(byte, start);
  return index < 0 ? chunk.length : index;
}
