import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { startScript, type ServerProcess } from '../kit/process.js';

const run = promisify(execFile);
const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>;
const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

/** The program of a user, as docs/library.md shows it. */
const SERVER = `
import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { FederationGateway, RemoteGraphQLDataSource, type ProcessOptions } from '@ml-platform-graph/gateway';

interface Context { token?: string }

class Signed extends RemoteGraphQLDataSource<Context> {
  override willSendRequest({ request, context }: ProcessOptions<Context>): void {
    request.http!.headers.set('x-token', \`signed \${context.token}\`);
  }
}
const gateway = new FederationGateway<Context>({
  supergraphSdl: readFileSync('supergraph.graphql', 'utf8'),
  ...(process.argv[2] === 'subclass'
    ? { buildService: ({ url }) => new Signed({ url }) }
    : { willSendRequest: ({ request, context }) => request.http!.headers.set('x-token', context.token ?? 'none') }),
});
const server = new ApolloServer<Context>({ gateway });
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async ({ req }) => ({ token: req.headers.token as string | undefined }),
});
console.log(\`ready at \${url}\`);
`;
const COMMONJS = `
const { FederationGateway } = require('@ml-platform-graph/gateway');
const { readFileSync } = require('node:fs');
const gateway = new FederationGateway({ supergraphSdl: readFileSync('supergraph.graphql', 'utf8') });
gateway.onSchemaLoadOrUpdate(({ apiSchema }) => console.log(Object.keys(apiSchema.getQueryType().getFields()).join()));
gateway.load({ apollo: {} }).then(() => gateway.stop());
`;

let folder: string;
let graph: ServedSubgraphs;
let planted = 1;
beforeAll(async () => {
  graph = await serveSubgraphs({
    orchards: {
      typeDefs: `${LINK} 
        type Query { orchard(id: ID!): Orchard token: String }
        type Mutation { plant(id: ID!, trees: Int!): Orchard }
        type Orchard @key(fields: "id") { id: ID! name: String }`,
      resolvers: {
        Query: {
          orchard: (_: unknown, { id }: { id: string }) => ({ id, name: `orchard ${id}` }),
          token: (_: unknown, __: unknown, { headers }: { headers: Record<string, string> }) => headers['x-token'],
        },
        Mutation: { plant: (_: unknown, { id, trees }: { id: string; trees: number }) => ((planted += trees), { id }) },
      },
    },
    trees: {
      typeDefs: `${LINK} type Orchard @key(fields: "id") { id: ID! trees: Int }`,
      resolvers: { Orchard: { trees: () => planted } },
    },
  });
  folder = mkdtempSync(join(tmpdir(), 'library-'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write('supergraph.graphql', graph.supergraph);
  write('server.ts', SERVER);
  write('server.cjs', COMMONJS);
  write('package.json', '{ "type": "module", "private": true }');
  write(
    'tsconfig.json',
    '{ "compilerOptions": { "module": "nodenext", "target": "es2022", "strict": true, "types": ["node"] }, "files": ["server.ts"] }',
  );
  const { stdout } = await run('npm', ['pack', './dist/library', '--json', '--pack-destination', folder]);
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const peers = ['@apollo/server', 'graphql'].map((name) => `${name}@${dependencies![name]}`);
  const tools = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies![name]}`);
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...flags, `./${filename}`, ...peers, ...tools], { cwd: folder });
  await run('npx', ['--no', 'tsc'], { cwd: folder }).catch(({ stdout }: { stdout: string }) => Promise.reject(new Error(stdout)));
});
afterAll(async () => {
  await graph.close();
  rmSync(folder, { recursive: true });
});

describe('the packed library, installed beside Apollo Server 5', () => {
  describe.each(['hooks', 'subclass'])('with %s', (mode) => {
    let server: ServerProcess;
    let url: string;
    beforeAll(async () => {
      server = startScript('server.js', [mode], { cwd: folder });
      url = (await server.printed(/ready at (\S+)/))[1]!;
    });
    afterAll(async () => void (await server.end()));

    const ask = async (query: string, variables: object = {}): Promise<unknown> => {
      const headers = { 'content-type': 'application/json', token: 'Mia' };
      return (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })).json();
    };

    it('executes a query over two subgraphs', async () => {
      graph.requests.length = 0;
      expect(await ask('{ orchard(id: "8") { name trees } }')).toEqual({ data: { orchard: { name: 'orchard 8', trees: planted } } });
      expect(graph.requests.map(({ subgraph }) => subgraph)).toEqual(['orchards', 'trees']);
    });

    it('executes a mutation with variables', async () => {
      const before = planted;
      const mutation = 'mutation ($trees: Int!) { plant(id: "3", trees: $trees) { id trees } }';
      expect(await ask(mutation, { trees: 30 })).toEqual({ data: { plant: { id: '3', trees: before + 30 } } });
    });

    it('sends the header of willSendRequest', async () => {
      expect(await ask('{ token }')).toEqual({ data: { token: mode === 'hooks' ? 'Mia' : 'signed Mia' } });
    });
  });

  it('can be required by CommonJS', async () => {
    const { stdout } = await run(process.execPath, ['server.cjs'], { cwd: folder });
    expect(stdout).toBe('orchard,token\n');
  });

  it('brings neither the server, nor databases, nor the domain', () => {
    const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: Record<string, unknown> };
    const installed = Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, ''));
    expect(installed).toContain('@apollo/query-planner');
    expect(installed.filter((name) => /^(fastify|@fastify\/.*|@prisma\/.*|pg|pino|zod|@apollo\/gateway)$/.test(name))).toEqual([]);
  });
});
