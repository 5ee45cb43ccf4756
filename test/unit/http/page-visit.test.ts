import { request } from 'undici';
import { runRoute } from './server.js';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

let route: Awaited<ReturnType<typeof runRoute>>;
beforeAll(async () => (route = await runRoute({ explorerPath: '/' })));
afterAll(() => route.close());

const get = async (search: string, headers: Record<string, string>, url = route.url) => {
  const { statusCode, headers: received, body } = await request(url + search, { headers });
  await body.dump();
  return [statusCode, received.location];
};

describe('a browser that opens the URL of the graph', () => {
  it('is redirected to the explorer, also by a link of another site', async () => {
    expect(await get('', { accept: BROWSER })).toEqual([302, '/']);
    expect(await get('?tab=2', { accept: 'text/html' })).toEqual([302, '/']);
    expect(await get('', { accept: BROWSER, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toEqual([302, '/']);
  });

  it('is not if the URL has an operation, or the client prefers JSON', async () => {
    expect(await get('?query={greeting}', { accept: BROWSER })).toEqual([200, undefined]);
    expect(await get('?extensions={}', { accept: BROWSER })).toEqual([400, undefined]);
    expect(await get('', { accept: 'application/json, text/html;q=0.9' })).toEqual([400, undefined]);
    expect(await get('', {})).toEqual([400, undefined]);
  });

  it('is not if there is no explorer', async () => {
    const other = await runRoute();
    expect(await get('', { accept: BROWSER }, other.url)).toEqual([400, undefined]);
    await other.close();
  });
});
