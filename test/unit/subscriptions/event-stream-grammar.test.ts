import fc from 'fast-check';
import { EventStreamParser } from '../../../gateway/transport/event-stream-parser.js';

interface ExpectedEvent {
  event: string;
  data: string;
  lastEventId: string;
}

/**
 * Interprets a whole stream as the HTML standard does (section 9.2.6), but also returns events that have a type and no data, as the
 * parser does for the sake of servers that send `complete` without data.
 */
function interpret(stream: Buffer): ExpectedEvent[] {
  const lines = new TextDecoder().decode(stream).split(/\r\n|\n|\r/);
  lines.pop(); // What follows the last line end is an incomplete line.
  const events: ExpectedEvent[] = [];
  let buffer = '';
  let event = '';
  let lastEventId = '';
  for (const line of lines) {
    if (line === '') {
      if (buffer !== '' || event !== '') events.push({ event, data: buffer.replace(/\n$/, ''), lastEventId });
      buffer = event = '';
      continue;
    }
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line)!;
    if (field === 'data') buffer += `${value}\n`;
    if (field === 'event') event = value;
    if (field === 'id' && !value.includes('\0')) lastEventId = value;
  }
  return events;
}

function parse(stream: Buffer, cuts: readonly number[]): ExpectedEvent[] {
  const parser = new EventStreamParser(1_000_000);
  const ends = [...cuts.map((cut) => cut % (stream.length + 1)).sort((one, other) => one - other), stream.length];
  let lastEventId = '';
  return ends.flatMap((end, index) => {
    const events = parser.push(stream.subarray(ends[index - 1] ?? 0, end));
    return events.map(({ event, data, id }) => ({ event, data, lastEventId: (lastEventId = id ?? lastEventId) }));
  });
}

const FIELDS = ['data', 'event', 'id', 'retry', '', 'DATA', ' data', 'data ', '__proto__'];
const text = fc.string({ unit: fc.constantFrom('a', '{', '"', ' ', ':', 'ä', '🏃', '\ufeff', '\0', '\u2028', '\t'), maxLength: 8 });
const field = fc.tuple(fc.constantFrom(...FIELDS), fc.constantFrom('', ':', ': ', ':  '), text).map((parts) => Buffer.from(parts.join('')));
const malformed = fc
  .constantFrom([0xff], [0xc3], [0xf0, 0x9f], [0xed, 0xa0, 0x80], [0xef, 0xbb])
  .map((bytes) => Buffer.from([0x64, ...bytes, 0x3a]));
const line = fc.oneof(
  { weight: 8, arbitrary: field },
  { weight: 4, arbitrary: fc.constant(Buffer.alloc(0)) },
  { weight: 1, arbitrary: malformed },
);
const lineEnd = fc.constantFrom('\n', '\r', '\r\n').map((end) => Buffer.from(end));
const start = fc.constantFrom('', '', '\ufeff', '\ufeff\ufeff').map((bom) => Buffer.from(bom));
const stream = fc
  .tuple(start, fc.array(fc.tuple(line, lineEnd), { maxLength: 30 }), text)
  .map(([bom, lines, rest]) => Buffer.concat([bom, ...lines.flat(), Buffer.from(rest)]));

describe('an event stream', () => {
  it('is parsed as the HTML standard defines it, for any lines, line ends and chunks', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 20 }), (bytes, cuts) => {
        expect(parse(bytes, cuts)).toEqual(interpret(bytes));
      }),
      { numRuns: 3000 },
    );
  });

  it('ends an event with its last byte, also if that is a carriage return', () => {
    for (const end of ['\n', '\r', '\r\n']) expect(parse(Buffer.from(`data: x${end}${end}`), [])).toHaveLength(1);
  });
});
