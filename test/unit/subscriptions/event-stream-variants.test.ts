import { once } from 'node:events';
import { createBrotliCompress, createGzip, constants } from 'node:zlib';
import { Agent } from 'undici';
import { subgraphEvents } from '../../../gateway/transport/subgraph-events.js';
import { SubgraphFault } from '../../../gateway/transport/subgraph-fault.js';
import { begin, COMPLETE, next, runScripts, type Arrived } from './subgraph.js';

type Subgraph = Awaited<ReturnType<typeof runScripts>>;
let subgraph: Subgraph;
afterEach(() => subgraph.close());
const dispatcher = new Agent({ connections: null, headersTimeout: 0, bodyTimeout: 0 });
afterAll(() => dispatcher.destroy());

const counts = async (script: (arrived: Arrived) => void | Promise<void>): Promise<unknown[]> => {
  subgraph = await runScripts(script);
  const found: unknown[] = [];
  const source = subgraphEvents({ subgraph: 'counts', url: subgraph.url, headers: () => ({}), body: '{}', dispatcher, maxReconnects: 0 });
  for await (const { result } of source) found.push((result.data as { count: number }).count);
  return found;
};
const send = (text: string | Buffer) => counts(({ response }) => void begin(response).end(text));
const data = (count: number) => `data: {"data":{"count":${count}}}`;

describe('the events of a subgraph', () => {
  it.each([
    ['have no names', `${data(1)}\n\n${data(2)}\n\n`],
    ['are messages', `event: message\n${data(1)}\n\nevent: message\n${data(2)}\n\n`],
    ['have no names and an end', `${data(1)}\n\n${data(2)}\n\n${COMPLETE}${data(3)}\n\n`],
    ['have lines that end with a carriage return', `event: next\r${data(1)}\r\r:\r\revent: next\r${data(2)}\r\revent: complete\r\r`],
    ['begin with a byte order mark', `\ufeff${data(1)}\r\n\r\nevent: next\r\n${data(2)}\r\n\r\n${COMPLETE}`],
    ['are between comments, other events and empty events', `:a\n\n${next(1)}event: ping\n${data(7)}\n\ndata:\n\n:\n${next(2)}${COMPLETE}`],
    ['have fields in any order', `${data(1)}\nid: 4\nevent: next\nretry: 9\n\n${data(2)}\nevent: next\n\n${COMPLETE}`],
    ['have data on several lines', `data: {"data":\ndata: {"count":1}}\n\ndata: {"data":{"count":2\ndata:}}\n\n`],
  ])('are read if they %s', async (_, text) => {
    expect(await send(text)).toEqual([1, 2]);
  });

  it('are interrupted if a stream of named events ends without complete', async () => {
    await expect(send(`${data(1)}\n\n${next(2)}`)).rejects.toThrow(SubgraphFault);
  });

  it.each([
    ['gzip', () => createGzip({ flush: constants.Z_SYNC_FLUSH })],
    ['br', () => createBrotliCompress({ flush: constants.BROTLI_OPERATION_FLUSH })],
  ])('are read as they arrive if the stream is compressed with %s', async (encoding, createEncoder) => {
    let sent = 0;
    const found = await counts(async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': encoding });
      const encoder = createEncoder();
      encoder.pipe(response);
      for (const text of [next(1), next(2), COMPLETE]) {
        encoder.write(text);
        sent++;
        await once(encoder, 'data');
      }
      // The stream stays open: what the client reads is what was flushed.
    });
    expect([found, sent]).toEqual([[1, 2], 3]);
  });

  it('are not read in an unknown encoding', async () => {
    const script = ({ response }: Arrived) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'exi' }).end(next(1));
    await expect(counts(script)).rejects.toThrow('counts: responded with the unsupported content encoding "exi"');
  });
});
