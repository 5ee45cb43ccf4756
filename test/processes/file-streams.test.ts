import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SUBGRAPHS, viewerKeysVariable } from '../../subgraphs/shared/configuration/registry.js';
import { freePort, startServer } from '../kit/process.js';

const MB = 1_000_000;

/** The resident memory of a process in bytes. */
const memoryOf = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;

/** A stream of zeros that are created on reading. */
async function* zeros(size: number): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; left -= 65_536) yield new Uint8Array(Math.min(left, 65_536));
}

it('the memory of the gateway grows by less than 20 MB during an upload and a download of 200 MB', async () => {
  let received = 0;
  const subgraph = createServer(async (request, response) => {
    for await (const chunk of request) received += (chunk as Buffer).length;
    if (request.method === 'PUT') return response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    const size = Number(request.url!.slice('/files/'.length)) * MB;
    response.writeHead(200, { 'content-length': size });
    for await (const chunk of zeros(size)) if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve));
    return response.end();
  });
  await new Promise<void>((resolve) => subgraph.listen(0, '127.0.0.1', resolve));
  const port = await freePort();
  const keys = SUBGRAPHS.map((name) => [viewerKeysVariable(name), `a:${randomBytes(32).toString('base64')}`]);
  const gateway = startServer('gateway/main.js', {
    ...(Object.fromEntries(keys) as Record<string, string>),
    NODE_ENV: 'production',
    PORT: String(port),
    SUPERGRAPH_FILE: 'gateway/supergraph.graphql',
    DATASETS_URL: `http://127.0.0.1:${(subgraph.address() as AddressInfo).port}/graphql`,
  });
  await gateway.printed(/gateway listens at/);

  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, memoryOf(gateway.pid))), 20);
  const up = async (size: number) => {
    const headers = { 'content-type': 'text/csv', 'content-length': String(size) };
    const sent = { method: 'PUT', headers, body: zeros(size) as never, duplex: 'half' } as RequestInit;
    expect((await fetch(`http://127.0.0.1:${port}/uploads/t`, sent)).status).toBe(200);
  };
  const down = async (megabytes: number) => {
    let size = 0;
    const { body } = await fetch(`http://127.0.0.1:${port}/files/${megabytes}`);
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) size += chunk.length;
    return size;
  };
  await up(40 * MB); // Memory that a process allocates for its first streams and keeps.
  await down(40);
  const before = memoryOf(gateway.pid);
  received = peak = 0;
  await up(200 * MB);
  expect(received).toBe(200 * MB);
  expect(await down(200)).toBe(200 * MB);
  clearInterval(watch);
  expect(peak - before).toBeLessThan(20 * MB);

  expect(await gateway.end()).toBe(0);
  subgraph.closeAllConnections();
  subgraph.close();
});
