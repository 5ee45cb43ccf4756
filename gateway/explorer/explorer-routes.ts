import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { readEncodings, serveResource } from './resource.js';

/** The folder in which build.js writes the page, with its scripts and styles in `assets`. */
const FOLDER = fileURLToPath(new URL('../../explorer', import.meta.url));
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
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
  const samples = JSON.stringify(operationsFolder ? readSamples(operationsFolder) : []);
  serveResource(server, '/', 'text/html; charset=utf-8', readEncodings(join(FOLDER, 'index.html')), {
    'cache-control': 'no-cache',
    'content-security-policy': CONTENT_SECURITY_POLICY,
  });
  serveResource(
    server,
    '/explorer/samples.json',
    'application/json; charset=utf-8',
    { identity: Buffer.from(samples) },
    { 'cache-control': 'no-cache' },
  );
  for (const [name, type] of assets()) {
    // The name changes with the content.
    serveResource(server, `/explorer/${name}`, type, readEncodings(join(FOLDER, 'assets', name)), {
      'cache-control': 'public, max-age=31536000, immutable',
    });
  }
}

/** Returns the names of the assets with their content types. Files in other encodings are served under the name of the first. */
const assets = (): [name: string, type: string][] =>
  readdirSync(join(FOLDER, 'assets')).flatMap((name): [string, string][] => {
    const type = CONTENT_TYPES[extname(name)];
    return type === undefined ? [] : [[name, type]];
  });

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
