import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { readGatewayConfig } from '../../gateway/config.js';
import { apiSchema } from '../../gateway/supergraph/api-schema.js';
import { compose } from '../../gateway/supergraph/compose.js';
import { openSupergraphFile } from '../../gateway/supergraph/file-source.js';
import { openRunningSubgraphs } from '../../gateway/supergraph/subgraphs-source.js';
import type { SupergraphSource } from '../../gateway/supergraph/supergraph-source.js';
import { openSupergraph } from '../../gateway/supergraph/supergraph.js';
import { SIGNATURE_HEADER, CLAIMS_HEADER, RequestVerifier } from '../../subgraphs/shared/viewer/signature.js';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])';
const supergraphWith = (field: string) => compose([{ name: 'a', url: 'http://a', sdl: `${link} type Query { ${field}: Int }` }]);
const [first, second, third] = [supergraphWith('first'), supergraphWith('second'), supergraphWith('third')];
const rootFields = (supergraph: string) => Object.keys(apiSchema(supergraph).getQueryType()!.getFields()).sort();

const logged: string[] = [];
const logger = pino({}, { write: (line: string) => void logged.push(line) });

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  logged.length = 0;
});

/** The source, and all that it tells. */
function collectChanges(source: SupergraphSource): string[] {
  closing.push(() => source.close());
  const events: string[] = [];
  source.onChange((supergraph) => events.push(supergraph));
  return events;
}

async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !holds() && Date.now() < deadline;) await sleep(20);
  expect(holds()).toBe(true);
}

/** Long enough for a change to be seen, where none must be. */
const waitForNoChange = () => sleep(400);

describe('the supergraph of a file', () => {
  let path: string;
  beforeEach(() => {
    const folder = mkdtempSync(join(tmpdir(), 'supergraph-'));
    path = join(folder, 'supergraph.graphql');
    writeFileSync(path, first);
    closing.push(() => rmSync(folder, { recursive: true }));
  });
  const open = () => openSupergraphFile(path, { logger, pollMs: 100 });
  const rename = (content: string) => {
    writeFileSync(`${path}.new`, content);
    renameSync(`${path}.new`, path);
  };

  it('is reported again when the file is written or replaced', async () => {
    const source = await open();
    const events = collectChanges(source);
    expect(source.current).toBe(first);
    writeFileSync(path, second);
    await until(() => events.length === 1);
    rename(third);
    await until(() => events.length === 2);
    expect(events).toEqual([second, third]);
    expect(source.current).toBe(third);
  });

  it('follows symbolic links that are changed to another folder', async () => {
    for (const [version, content] of Object.entries({ v1: first, v2: second })) {
      mkdirSync(join(path, '..', version));
      writeFileSync(join(path, '..', version, 'supergraph.graphql'), content);
    }
    const data = join(path, '..', '..data');
    symlinkSync('v1', data);
    unlinkSync(path);
    symlinkSync('..data/supergraph.graphql', path);
    const source = await open();
    const events = collectChanges(source);
    symlinkSync('v2', `${data}.new`);
    renameSync(`${data}.new`, data);
    await until(() => events.length === 1);
    expect(source.current).toBe(second);
  });

  it('detects changes by polling if the system reports none', async () => {
    const folder = join(path, '..', 'gone');
    mkdirSync(folder);
    const moved = join(folder, 'supergraph.graphql');
    writeFileSync(moved, first);
    const source = await openSupergraphFile(moved, { logger, pollMs: 100 });
    const events = collectChanges(source);
    rmSync(folder, { recursive: true });
    await waitForNoChange();
    mkdirSync(folder);
    writeFileSync(moved, second);
    await until(() => events.length === 1);
    expect(source.current).toBe(second);
  });

  it('is not reported again if the content is the same', async () => {
    const events = collectChanges(await open());
    rename(first);
    writeFileSync(path, first);
    await waitForNoChange();
    expect(events).toEqual([]);
    expect(logged).toEqual([]);
  });

  it.each([
    ['half a file', second.slice(0, 500), 'Syntax Error'],
    ['nothing', '', 'Syntax Error'],
    ['another schema', 'type Query { a: Int }', 'not a supergraph'],
  ])('does not change if the file contains %s, which is logged once', async (_name, content, reason) => {
    const source = await open();
    const events = collectChanges(source);
    writeFileSync(path, content);
    await until(() => logged.length === 1);
    expect(JSON.parse(logged[0]!).err.message).toContain(reason);
    rename(content);
    await waitForNoChange();
    expect([source.current, events, logged.length]).toEqual([first, [], 1]);
    writeFileSync(path, second);
    await until(() => source.current === second);
  });

  it('is reported once if the file is written in parts', async () => {
    const source = await open();
    const events = collectChanges(source);
    for (let end = 400; end < second.length + 400; end += 400) {
      writeFileSync(path, second.slice(0, end));
      await sleep(10);
    }
    await until(() => source.current === second);
    expect(events).toEqual([second]);
  });

  it('must be valid at the start', async () => {
    writeFileSync(path, 'garbage');
    await expect(open()).rejects.toThrow('Syntax Error');
    unlinkSync(path);
    await expect(open()).rejects.toThrow('ENOENT');
  });

  it('reports nothing after it is closed or a listener is removed', async () => {
    const source = await open();
    const events = collectChanges(source);
    const off: string[] = [];
    source.onChange((supergraph) => off.push(supergraph))();
    writeFileSync(path, second);
    await until(() => events.length === 1);
    await source.close();
    writeFileSync(path, third);
    await waitForNoChange();
    expect([events, off]).toEqual([[second], []]);
  });

  it('is reported to every listener, also after one that fails', async () => {
    const source = await open();
    source.onChange(() => {
      throw new Error('cannot take it');
    });
    const events = collectChanges(source);
    writeFileSync(path, second);
    await until(() => events.length === 1);
    expect(JSON.parse(logged[0]!).err.message).toBe('cannot take it');
  });

  it('is filtered by a contract, before and after a change', async () => {
    const tagged = (field: string) =>
      compose([{ name: 'a', url: 'http://a', sdl: `${link} type Query { ${field}: Int @tag(name: "public") hidden: Int }` }]);
    writeFileSync(path, tagged('first'));
    const keys = Object.fromEntries(
      ['DATASETS', 'CHAT', 'DOCUMENTS', 'SERVING', 'DEVLAB'].map((name) => [
        `${name}_VIEWER_KEYS`,
        `k:${randomBytes(32).toString('base64')}`,
      ]),
    );
    const config = readGatewayConfig({ ...keys, SUPERGRAPH_FILE: path, GRAPH_CONTRACT: 'public' });
    const source = await openSupergraph(config, async (subgraphs) => compose(subgraphs), logger);
    const events = collectChanges(source);
    expect(rootFields(source.current)).toEqual(['first']);
    writeFileSync(path, tagged('second'));
    await until(() => events.length === 1);
    expect([source.current, ...events].map(rootFields)).toEqual([['second'], ['second']]);
  });
});

describe('the supergraph of running subgraphs', () => {
  const key = { id: 'k', secret: randomBytes(32) };
  const sdls = { datasets: '', chat: '' };
  let server: Server;
  const unsigned: string[] = [];

  /** Both subgraphs, on one server: each tells its schema to those who sign for it. */
  async function listen(port = 0): Promise<number> {
    const verifiers = { datasets: new RequestVerifier('datasets', [key]), chat: new RequestVerifier('chat', [key]) };
    server = createServer(async (request, response) => {
      const name = request.url!.slice(1) as keyof typeof sdls;
      const body = await text(request);
      const signed = verifiers[name].verify(request.headers[CLAIMS_HEADER], request.headers[SIGNATURE_HEADER], body);
      if (!signed) unsigned.push(body);
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: { _service: { sdl: sdls[name] } } }));
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }
  const goAway = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };

  const says = (name: keyof typeof sdls, field: string) =>
    (sdls[name] = `${link} type Query { ${field}: Int } type ${name} @key(fields: "id") { id: ID! }`);
  let port: number;
  let compositions: number;
  const open = () =>
    openRunningSubgraphs(
      (['datasets', 'chat'] as const).map((name) => ({ name, url: `http://127.0.0.1:${port}/${name}`, key })),
      { logger, timeoutMs: 10_000, pollMs: 50, compose: async (subgraphs) => (compositions++, compose(subgraphs)) },
    );

  beforeEach(async () => {
    compositions = 0;
    says('datasets', 'datasets');
    says('chat', 'chats');
    port = await listen();
    closing.push(goAway);
  });

  it('is composed again only when a schema changes', async () => {
    const source = await open();
    const events = collectChanges(source);
    expect(rootFields(source.current)).toEqual(['chats', 'datasets']);
    await waitForNoChange();
    expect(compositions).toBe(1);
    says('chat', 'messages');
    await until(() => events.length === 1);
    expect(rootFields(source.current)).toEqual(['datasets', 'messages']);
    await waitForNoChange();
    expect([compositions, events.length, unsigned]).toEqual([2, 1, []]);
  });

  it('does not change while the subgraphs do not compose, which is logged once with the reasons', async () => {
    const source = await open();
    const events = collectChanges(source);
    const before = source.current;
    sdls.chat = `${link} type Query { datasets: String }`;
    await until(() => logged.length === 1);
    await waitForNoChange();
    expect([source.current, events, logged.length]).toEqual([before, [], 1]);
    expect(JSON.parse(logged[0]!).err.message).toContain('Query.datasets');
    says('datasets', 'sets');
    says('chat', 'chats');
    await until(() => source.current !== before && rootFields(source.current).join() === 'chats,sets');
  });

  it('keeps the schema of a subgraph that is down, and updates it afterwards', async () => {
    const source = await open();
    const events = collectChanges(source);
    await goAway();
    await waitForNoChange();
    expect([rootFields(source.current), events]).toEqual([['chats', 'datasets'], []]);
    says('datasets', 'sets');
    await listen(port);
    await until(() => events.length === 1);
    expect(rootFields(source.current)).toEqual(['chats', 'sets']);
  });

  it('must compose at the start', async () => {
    sdls.chat = `${link} type Query { datasets: String }`;
    await expect(open()).rejects.toThrow('The subgraphs do not compose');
  });

  it('is not polled after it is closed', async () => {
    const source = await open();
    await source.close();
    says('chat', 'messages');
    await waitForNoChange();
    expect(compositions).toBe(1);
  });
});
