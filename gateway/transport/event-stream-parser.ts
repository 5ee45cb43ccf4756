/** An event of a `text/event-stream`, as the HTML standard defines it. */
export interface ServerSentEvent {
  /** The `event` field. Empty if there was none. */
  event: string;
  /** The `data` lines, joined by newlines. */
  data: string;
  /** The `id` field. Absent if there was none. Empty to reset the last event id. */
  id?: string;
}

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const BOM = Buffer.from('\ufeff');

/** Thrown when one event is larger than the limit. */
export class EventTooLarge extends Error {
  constructor(readonly maxBytes: number) {
    super(`The event is larger than ${maxBytes} bytes.`);
  }
}

/**
 * Parses a `text/event-stream` incrementally. Chunks may end anywhere, lines end with LF, CR or both, and comments and
 * unknown fields are skipped. Each byte is scanned once, so that small chunks do not make parsing quadratic.
 */
export class EventStreamParser {
  readonly #maxBytes: number;
  /** The chunks of the current line. */
  #line: Buffer[] = [];
  #bytes = 0;
  #isFirstLine = true;
  #endsWithCarriageReturn = false;
  #event = '';
  #data: string[] = [];
  #id: string | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Returns the events that end in this chunk. Throws EventTooLarge. */
  push(chunk: Buffer): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    let start = 0;
    let lineFeed = -1;
    let carriageReturn = -1;
    if (this.#endsWithCarriageReturn && chunk.length > 0) {
      if (chunk[0] === LF) start = 1;
      this.#endsWithCarriageReturn = false;
    }
    for (;;) {
      if (lineFeed < start) lineFeed = indexOrEnd(chunk, LF, start);
      if (carriageReturn < start) carriageReturn = indexOrEnd(chunk, CR, start);
      const end = Math.min(lineFeed, carriageReturn);
      this.#append(chunk.subarray(start, end));
      if (end === chunk.length) return events;
      const event = this.#endLine();
      if (event) events.push(event);
      start = end + 1;
      if (end !== carriageReturn) continue;
      if (chunk[start] === LF) start++;
      else if (start === chunk.length) this.#endsWithCarriageReturn = true;
    }
  }

  #append(part: Buffer): void {
    if (part.length === 0) return;
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) throw new EventTooLarge(this.#maxBytes);
    this.#line.push(part);
  }

  #endLine(): ServerSentEvent | undefined {
    let bytes = this.#line.length === 1 ? this.#line[0]! : Buffer.concat(this.#line);
    this.#line = [];
    if (this.#isFirstLine && bytes.subarray(0, BOM.length).equals(BOM)) bytes = bytes.subarray(BOM.length);
    this.#isFirstLine = false;
    if (bytes.length === 0) return this.#endEvent();
    if (bytes[0] === COLON) {
      this.#bytes -= bytes.length; // Comments are heartbeats and do not count towards the size of an event.
      return undefined;
    }
    this.#addField(bytes.toString());
    return undefined;
  }

  #addField(line: string): void {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'event') this.#event = value;
    else if (name === 'data') this.#data.push(value);
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
  }

  /** Returns the current event. The standard ignores events without data, but some servers send `complete` without any. */
  #endEvent(): ServerSentEvent | undefined {
    this.#bytes = 0;
    if (this.#event === '' && this.#data.length === 0) return undefined; // The standard keeps an id for the next event.
    const event = { event: this.#event, data: this.#data.join('\n'), ...(this.#id !== undefined && { id: this.#id }) };
    this.#event = '';
    this.#data = [];
    this.#id = undefined;
    return event;
  }
}

function indexOrEnd(chunk: Buffer, byte: number, start: number): number {
  const index = chunk.indexOf(byte, start);
  return index < 0 ? chunk.length : index;
}
