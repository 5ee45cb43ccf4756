import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';

/** Where build.js puts the bundle. */
const ASSETS = fileURLToPath(new URL('../../explorer', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
  '.json': 'application/json',
};

/** The editor makes styles as it runs; everything else comes from this server. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; worker-src 'self' blob:; " +
  "connect-src 'self' https://studio.apollographql.com; frame-ancestors 'none'; base-uri 'none'";

/**
 * The page a person sees at `/`: GraphiQL from this server, with the operations of a folder as its tabs.
 * Only the files that were there at the start are served, by their names.
 */
export function explorer(server: FastifyInstance, operationsFolder: string | null): void {
  const page = readFileSync(new URL('index.html', import.meta.url), 'utf8');
  server.get('/', (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).header('x-content-type-options', 'nosniff').send(page),
  );
  const samples = operationsFolder ? readSamples(operationsFolder) : [];
  server.get('/explorer/samples.json', () => samples);
  for (const name of readdirSync(ASSETS)) {
    const file = readFileSync(join(ASSETS, name));
    server.get(`/explorer/${name}`, (_request, reply) =>
      reply
        .type(TYPES[extname(name)] ?? 'application/octet-stream')
        .header('x-content-type-options', 'nosniff')
        .send(file),
    );
  }
}

/** `<name>.graphql` with its variables in `<name>.json` where it has any, in the order of the names. */
function readSamples(folder: string): { query: string; variables: string }[] {
  const files = readdirSync(folder);
  return files
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => {
      const variables = file.replace('.graphql', '.json');
      return {
        query: readFileSync(join(folder, file), 'utf8'),
        variables: files.includes(variables) ? readFileSync(join(folder, variables), 'utf8') : '',
      };
    });
}
