import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { SUBGRAPHS, urlVariable } from '../../subgraphs/shared/configuration/registry.js';
import { freePort, startServer } from '../kit/process.js';

const folder = mkdtempSync(`${tmpdir()}/servers-`);
afterAll(() => rmSync(folder, { recursive: true }));

const isReady = async (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/health/ready`).then(
    (answer) => answer.ok,
    () => false,
  );

async function untilReady(port: number): Promise<void> {
  while (!(await isReady(port))) await new Promise((resolve) => setTimeout(resolve, 100));
}

describe('the six servers', () => {
  it('start separately, find each other, respond, and end with exit code 0 on SIGTERM', async () => {
    const ports = Object.fromEntries(await Promise.all(SUBGRAPHS.map(async (name) => [name, await freePort()] as const)));
    const urls = Object.fromEntries(SUBGRAPHS.map((name) => [urlVariable(name), `http://127.0.0.1:${ports[name]}/graphql`]));
    const subgraphs = SUBGRAPHS.map((name) =>
      startServer(`subgraphs/${name}/main.js`, { DATA_FOLDER: folder, ...urls, PORT: String(ports[name]) }),
    );
    const port = await freePort();
    const gateway = startServer('gateway/main.js', { DATA_FOLDER: folder, PORT: String(port), ...urls });
    await Promise.all([port, ...Object.values(ports)].map(untilReady));

    const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ datasets { nodes { id } } }' }),
    });
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await Promise.all([gateway, ...subgraphs].map((server) => server.end()))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it.each([
    ['gateway/main.js', ['PORT', 'CHAT_URL', 'DATASETS_VIEWER_KEYS', 'SERVING_VIEWER_KEYS']],
    ['subgraphs/chat/main.js', ['PORT', 'CHAT_VIEWER_KEYS']],
    ['subgraphs/serving/main.js', ['PORT', 'SERVING_VIEWER_KEYS', 'DATASETS_VIEWER_KEYS', 'API_KEY_PEPPER', 'SESSION_PRIVATE_KEY']],
  ])('refuse to start in production without their secrets, and report every error at once: %s', async (script, faults) => {
    const server = startServer(script, { NODE_ENV: 'production', DATA_FOLDER: folder, PORT: 'many', CHAT_URL: 'ftp://chat' });
    expect(await server.ended).toBe(1);
    for (const fault of faults) expect(server.output()).toMatch(new RegExp(`^  ${fault}: `, 'm'));
  });
});
