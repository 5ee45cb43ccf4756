import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeEventStream, type EventStreamOptions, type StreamEvent } from '../../../subgraphs/shared/server/event-stream.js';
import { settled } from '../../kit/eventually.js';

let server: Server;
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Serves these events once; answers the client's end of the stream, and how the server's end ended. */
async function serve(events: AsyncIterable<StreamEvent>, options: EventStreamOptions = {}) {
  let written!: Promise<void>;
  server = createServer((_request, response: ServerResponse) => (written = writeEventStream(response, events, options)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = await new Promise<IncomingMessage>((resolve) =>
    request({ port: (server.address() as AddressInfo).port }, resolve)
      .on('error', () => undefined)
      .end(),
  );
  return { client, written };
}

async function* sent(...events: StreamEvent[]): AsyncGenerator<StreamEvent> {
  yield* events;
}

/** A source that never has anything to say, and knows when it is released. */
function silence() {
  let isReleased = false;
  const events: AsyncIterable<StreamEvent> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => undefined),
      return: async () => ((isReleased = true), { done: true, value: undefined }),
    }),
  };
  return { events, isReleased: () => isReleased };
}

async function all(client: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of client) text += String(chunk);
  return text;
}

describe('an event stream', () => {
  it('sends each result with its id, and a complete event', async () => {
    const { client, written } = await serve(sent({ id: '7', result: { data: { a: 'x\ny' } } }, { result: { data: null } }));
    expect(client.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
    expect(await all(client)).toBe(
      'id: 7\nevent: next\ndata: {"data":{"a":"x\\ny"}}\n\nevent: next\ndata: {"data":null}\n\nevent: complete\ndata:\n\n',
    );
    await written;
  });

  it('sends heartbeats while there are no events', async () => {
    const { client, written } = await serve(silence().events, { heartbeatMs: 10 });
    let text = '';
    for await (const chunk of client) if ((text += String(chunk)).length >= 9) break;
    expect(text).toMatch(/^(:\n\n){3,}$/);
    await written;
  });

  it('closes an idle source when its client disconnects', async () => {
    const { events, isReleased } = silence();
    const { client, written } = await serve(events);
    client.destroy();
    await written;
    expect(isReleased()).toBe(true);
  });

  it('ends without a complete event when the server closes', async () => {
    const closing = new AbortController();
    const { events, isReleased } = silence();
    const { client, written } = await serve(events, { signal: closing.signal });
    closing.abort();
    expect(await all(client)).toBe('');
    await written;
    expect(isReleased()).toBe(true);
  });

  it('reads its source with backpressure', async () => {
    let requested = 0;
    const large = 'x'.repeat(1024 * 1024);
    async function* endless(): AsyncGenerator<StreamEvent> {
      for (;;) yield { result: { data: { number: ++requested, large } } };
    }
    const { client, written } = await serve(endless());
    client.pause();
    const before = await settled(() => requested);
    expect(requested).toBe(before);
    for await (const _chunk of client) if (requested > before) break;
    await written;
  });

  it('closes the connection without a complete event if its source fails', async () => {
    async function* failing(): AsyncGenerator<StreamEvent> {
      yield { result: { data: 1 as never } };
      throw new Error('the source failed');
    }
    const { client, written } = await serve(failing());
    const [text, ending] = await Promise.allSettled([all(client), written]);
    expect(text).toMatchObject({ status: 'rejected', reason: { code: 'ECONNRESET' } });
    expect(ending).toMatchObject({ status: 'rejected', reason: { message: 'the source failed' } });
  });
});
