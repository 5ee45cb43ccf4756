import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphClient, type GraphClient } from '../../samples/graph-client.js';
import { freePort, startServer, type ServerProcess } from '../kit/process.js';

const folder = mkdtempSync(`${tmpdir()}/start-`);
afterAll(() => rmSync(folder, { recursive: true }));

const OPERATIONS = 'samples/operations';
const operations = readdirSync(OPERATIONS).filter((file) => file.endsWith('.graphql'));
const firstPage = /Explorer\s+(http:\/\/[^/]+)\/#key=(\S+)/;

async function start(): Promise<{ server: ServerProcess; graph: GraphClient; url: string; key: string }> {
  const server = startServer('start.js', { DATA_FOLDER: folder, PORT: String(await freePort()) });
  const [, url, key] = await server.printed(firstPage);
  return { server, graph: graphClient(`${url}/graphql`, key!), url: url!, key: key! };
}

/** True if a value contains a non-empty list or a number above zero. */
const hasData = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.length > 0
    : typeof value === 'object' && value !== null
      ? Object.values(value).some(hasData)
      : typeof value === 'number' && value > 0;

describe('npm start', () => {
  it('runs the sample operations, ends cleanly, and keeps its data for the next start', async () => {
    const first = await start();
    for (const file of operations.filter((one) => !/^[89]-/.test(one))) {
      const data = await first.graph.run(readFileSync(join(OPERATIONS, file), 'utf8'));
      expect([file, hasData(data)]).toEqual([file, true]);
    }
    const loop = await first.graph.run(readFileSync(join(OPERATIONS, '1-from-datasets-to-predictions.graphql'), 'utf8'));
    const penguins = loop.datasets.nodes.find(({ name }: { name: string }) => name === 'penguins');
    expect(penguins.rowCount).toBe(344);
    expect(penguins.trainingRuns.nodes[0].modelVersions.nodes[0].deployments.nodes[0].predictions.nodes[0].feedback.isCorrect).toEqual(
      expect.any(Boolean),
    );
    await expect(
      first.graph.run(
        readFileSync(join(OPERATIONS, '8-start-a-training-run.graphql'), 'utf8'),
        JSON.parse(readFileSync(join(OPERATIONS, '8-start-a-training-run.json'), 'utf8')),
      ),
    ).rejects.toThrow('NOT_FOUND');
    expect(await first.server.end('SIGINT')).toBe(0);

    const second = await start();
    expect(second.key).toBe(first.key);
    expect(await second.graph.run(readFileSync(join(OPERATIONS, '1-from-datasets-to-predictions.graphql'), 'utf8'))).toEqual(loop);
    expect((await second.graph.run('{ industries { totalCount } useCases { totalCount } }')).industries.totalCount).toBe(9);
    expect(await second.server.end()).toBe(0);
    expect(second.server.output()).not.toMatch(/"level":(50|60)|unhandled/i);
  });
});
