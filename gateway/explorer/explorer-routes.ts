import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';

/** The folder in which build.js writes the bundle. */
const ASSETS_FOLDER = fileURLToPath(new URL('../../explorer', import.meta.url));
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
  '.json': 'application/json',
};

/** Allows inline styles, which the editor creates at run time. Everything else must come from this server. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; worker-src 'self' blob:; " +
  "connect-src 'self' https://studio.apollographql.com; frame-ancestors 'none'; base-uri 'none'";

/**
 * Serves the explorer at `/`: GraphiQL with one tab for each sample operation in the folder. It serves only files that exist
 * when the server starts.
 */
export function explorerRoutes(server: FastifyInstance, operationsFolder: string | null): void {
  const page = readFileSync(new URL('index.html', import.meta.url), 'utf8');
  server.get('/', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', CONTENT_SECURITY_POLICY)
      .header('x-content-type-options', 'nosniff')
      .send(page),
  );
  const samples = operationsFolder ? readSamples(operationsFolder) : [];
  server.get('/explorer/samples.json', () => samples);
  for (const name of readdirSync(ASSETS_FOLDER)) {
    const file = readFileSync(join(ASSETS_FOLDER, name));
    server.get(`/explorer/${name}`, (_request, reply) =>
      reply
        .type(CONTENT_TYPES[extname(name)] ?? 'application/octet-stream')
        .header('x-content-type-options', 'nosniff')
        .send(file),
    );
  }
}

/** Reads each `<name>.graphql` in order of name, with its variables from `<name>.json` if that file exists. */
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
