import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { chromiumPath } from '../kit/config.js';
import { freePort, startServer, type ServerProcess } from '../kit/process.js';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const folder = mkdtempSync(`${tmpdir()}/browser-`);
let server: ServerProcess;
let browser: Browser;
let address: string;

beforeAll(async () => {
  server = startServer('start.js', { DATA_FOLDER: `${folder}/data`, PORT: String(await freePort()) });
  [, address] = (await server.printed(/Explorer\s+(\S+)/)) as unknown as [string, string];
  browser = await chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
});
afterAll(async () => {
  await browser?.close();
  await server?.end();
  rmSync(folder, { recursive: true });
});

async function open(): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(address);
  await page.locator('.graphiql-container').waitFor();
  return { page, faults };
}

describe('the explorer in a browser', () => {
  it('opens with the sample operations, runs the first, and shows its data', async () => {
    const { page, faults } = await open();
    expect(await page.locator('.graphiql-tab').count()).toBeGreaterThanOrEqual(8);
    await page.locator('.graphiql-execute-button').click();
    const answer = page.locator('.graphiql-response');
    await answer.getByText('iris').first().waitFor();
    expect(await answer.innerText()).toContain('rowCount');
    await page.screenshot({ path: `${tmpdir()}/explorer.png` });
    expect(faults).toEqual([]);
    await page.close();
  });

  it('keeps the API key out of the URL and of requests to the server', async () => {
    const { page } = await open();
    expect(page.url()).not.toContain('key=');
    await page.close();
  });

  it('loads nothing from other origins except the check for Apollo Sandbox', async () => {
    const page = await browser.newPage();
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await page.goto(address);
    await page.locator('.graphiql-container').waitFor();
    hosts.delete(new URL(address).host);
    expect([...hosts].filter((host) => host !== 'studio.apollographql.com' && host !== '')).toEqual([]);
    await page.close();
  });

  it('is where a browser is led that opens the URL of the graph', async () => {
    const page = await browser.newPage();
    await page.goto(new URL('/graphql', address).href);
    await page.locator('.graphiql-container').waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
    await page.close();
  });

  it('loads its files compressed, the editor in chunks of its own, and none again that has not changed', async () => {
    const context = await browser.newContext();
    const load = async () => {
      const page = await context.newPage();
      const loaded: { name: string; status: number; headers: Record<string, string> }[] = [];
      page.on('response', (response) => {
        const headers = response.headers();
        loaded.push({ name: new URL(response.url()).pathname, status: response.status(), headers });
      });
      await page.goto(address);
      await page.locator('.graphiql-query-editor .view-line').first().waitFor();
      await page.close();
      return loaded;
    };
    const first = await load();
    const assets = first.filter(({ name }) => /-[A-Z0-9]{8}\.(js|css|woff2?|ttf)$/.test(name));
    expect(assets.filter(({ name }) => name.endsWith('.js')).length).toBeGreaterThan(2);
    for (const { name, headers } of assets) {
      expect([name, headers['cache-control']]).toEqual([name, 'public, max-age=31536000, immutable']);
      if (/\.(js|css)$/.test(name)) expect([name, headers['content-encoding']]).toEqual([name, 'br']);
    }
    const bytes = (name: RegExp) => Number(first.find((one) => name.test(one.name))!.headers['content-length']);
    expect(bytes(/page-.*\.js$/)).toBeLessThan(400_000);
    expect(bytes(/page-.*\.css$/)).toBeLessThan(60_000);

    const etag = first.find(({ name }) => name === '/')!.headers.etag!;
    const again = await fetch(new URL('/', address), { headers: { 'if-none-match': `"x", ${etag}` } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    await context.close();
  });
});

describe('subscriptions of the explorer', () => {
  /** Bundles the fetcher of the explorer as the variable `explorer` of the page. */
  async function bundleFetcher(): Promise<string> {
    const { outputFiles } = await build({
      entryPoints: ['gateway/explorer/fetcher.ts'],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'explorer',
      logLevel: 'error',
    });
    return `globalThis.explorer = (() => { ${outputFiles[0]!.text}; return explorer; })();`;
  }

  it.each([7, 30])('leave room for a query when one tab has %i of them', async (count) => {
    const { page, faults } = await open();
    const sockets: string[] = [];
    page.on('websocket', (socket) => sockets.push(new URL(socket.url()).pathname));
    await page.evaluate(await bundleFetcher());
    const result = await page.evaluate(subscribeAndQuery, count);
    expect(result).toEqual({ states: Array(count).fill('first'), typename: 'Query', events: Array(count).fill('second') });
    expect(sockets).toEqual(['/graphql']);
    expect(faults).toEqual([]);
    await page.close();
  });
});

interface Explorer {
  explorerFetcher: (url: string, headers: object) => (parameters: object) => Promise<unknown> | AsyncIterator<unknown>;
}

/** Opens subscriptions to one chat session, then sends a query and a mutation of the session. Runs in the page. */
async function subscribeAndQuery(count: number) {
  const { explorerFetcher } = (globalThis as unknown as { explorer: Explorer }).explorer;
  const fetcher = explorerFetcher('/graphql', { authorization: `Bearer ${sessionStorage.getItem('api-key')}` });
  const send = async <Data>(query: string, variables = {}): Promise<Data> => {
    const results = await fetcher({ query, variables });
    return (
      (Symbol.asyncIterator in (results as object) ? (await (results as AsyncIterator<unknown>).next()).value : results) as { data: Data }
    ).data;
  };
  const { chatSessionCreate } = await send<{ chatSessionCreate: { chatSession: { id: string } } }>(
    'mutation { chatSessionCreate(input: { title: "first" }) { chatSession { id } } }',
  );
  const { id } = chatSessionCreate.chatSession;
  const query = 'subscription ($id: ID!) { chatSessionUpdated(id: $id) { title } }';
  const subscriptions = Array.from({ length: count }, () => fetcher({ query, variables: { id } }) as AsyncIterator<unknown>);
  const titles = () =>
    Promise.all(
      subscriptions.map(async (events) => {
        const { value } = await events.next();
        return (value as { data: { chatSessionUpdated: { title: string } } }).data.chatSessionUpdated.title;
      }),
    );
  const states = await titles();
  const { __typename: typename } = await send<{ __typename: string }>('{ __typename }');
  await send('mutation ($id: ID!) { chatSessionUpdate(input: { id: $id, title: "second" }) { userErrors { message } } }', { id });
  const events = await titles();
  await Promise.all(subscriptions.map((one) => one.return!()));
  return { states, typename, events };
}
