import fc from 'fast-check';
import { EventStreamParser, EventTooLarge, type ServerSentEvent } from '../../../gateway/transport/event-stream-parser.js';
import { GENEROUS_MS } from '../../kit/eventually.js';

const parse = (...chunks: (string | Buffer)[]): ServerSentEvent[] => {
  const parser = new EventStreamParser(1000);
  return chunks.flatMap((chunk) => parser.push(Buffer.from(chunk as string)));
};

describe('an event stream', () => {
  it.each([
    ['one event', 'event: next\ndata: {}\n\n', [{ event: 'next', data: '{}' }]],
    ['an id', 'id: 7\nevent: next\ndata: {}\n\n', [{ event: 'next', data: '{}', id: '7' }]],
    ['an id that is forgotten', 'id\ndata: {}\n\n', [{ event: '', data: '{}', id: '' }]],
    ['data on several lines', 'data: {\ndata: "a":1\ndata: }\n\n', [{ event: '', data: '{\n"a":1\n}' }]],
    ['no space after the colon', 'event:next\ndata:{}\n\n', [{ event: 'next', data: '{}' }]],
    ['two spaces after it, of which one is data', 'data:  x\n\n', [{ event: '', data: ' x' }]],
    ['returns for line ends', 'event: next\rdata: {}\r\r', [{ event: 'next', data: '{}' }]],
    ['both for line ends', 'event: next\r\ndata: {}\r\n\r\n', [{ event: 'next', data: '{}' }]],
    ['line ends of every kind', 'event: next\rdata: a\ndata: b\r\n\r\n\n', [{ event: 'next', data: 'a\nb' }]],
    ['a mark of the byte order', '\ufeffdata: x\n\n', [{ event: '', data: 'x' }]],
    ['such a mark elsewhere, which is text', 'data: \ufeffx\n\n', [{ event: '', data: '\ufeffx' }]],
    ['comments', ':\n\n: data: no\ndata: x\n:\n\n', [{ event: '', data: 'x' }]],
    ['unknown fields', 'retry: 10\nnothing: x\n__proto__: x\ndata: x\n\n', [{ event: '', data: 'x' }]],
    ['an end with empty data', 'event: complete\ndata:\n\n', [{ event: 'complete', data: '' }]],
    ['an end without data', 'event: complete\n\n', [{ event: 'complete', data: '' }]],
    ['an id with NUL, which is none', 'id: a\0\ndata: x\n\n', [{ event: '', data: 'x' }]],
    ['an event that has not ended', 'data: x\n', []],
    ['empty lines alone', '\n\r\n\r\n', []],
  ])('with %s is parsed', (_, text, events) => {
    expect(parse(text)).toEqual(events);
  });

  it('is the same for any split of its bytes', () => {
    const stream = Buffer.from('\ufeffid: 1\r\nevent: next\r\ndata: {"ä":"🏃"}\r\n\r\n:\r\rdata: a\rdata\ndata: c\n\nevent: complete\n\n');
    const whole = parse(stream);
    expect(whole).toHaveLength(3);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length)), (places) => {
        const cuts = [0, ...places.sort((one, other) => one - other), stream.length];
        expect(parse(...cuts.slice(1).map((end, index) => stream.subarray(cuts[index], end)))).toEqual(whole);
      }),
    );
    expect(parse(...Array.from(stream, (byte) => Buffer.from([byte])))).toEqual(whole);
  });

  it('can be long, but one event cannot: on one line, on many lines, or without an end', () => {
    const many = Array.from({ length: 100 }, () => `:${'c'.repeat(500)}\ndata: ${'x'.repeat(500)}\n\n`);
    expect(parse(...many)).toHaveLength(100);
    expect(() => parse(`data: ${'x'.repeat(1000)}\n\n`)).toThrow(EventTooLarge);
    expect(() => parse(...Array.from({ length: 100 }, () => `data: ${'x'.repeat(10)}\n`))).toThrow(EventTooLarge);
    expect(() => parse(...Array.from({ length: 1001 }, () => 'x'))).toThrow(EventTooLarge);
  });

  it('in small pieces takes time in proportion to its length', () => {
    const parser = new EventStreamParser(64 * 1024 * 1024);
    const start = performance.now();
    parser.push(Buffer.from('data: '));
    for (let count = 0; count < 20_000; count++) parser.push(Buffer.alloc(1000, 'x'));
    const [event] = parser.push(Buffer.from('\n\n'));
    expect(event?.data).toHaveLength(20_000_000);
    expect(performance.now() - start).toBeLessThan(GENEROUS_MS);
  });
});
