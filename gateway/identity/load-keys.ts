import { readFile } from 'node:fs/promises';
import type { JSONWebKeySet } from 'jose';
import { request } from 'undici';

/** The place of a JSON Web Key Set. */
export type KeySource = { readonly url: string } | { readonly file: string };

/** The largest key set that is read, in bytes. */
const MAX_BYTES = 1024 * 1024;

/** Returns the function that reads a key set. It rejects if there is none, or not in time. */
export const keyLoader =
  (source: KeySource, timeoutMs: number): (() => Promise<JSONWebKeySet>) =>
  async () =>
    JSON.parse('file' in source ? await readFile(source.file, 'utf8') : await fetchText(source.url, timeoutMs)) as JSONWebKeySet;

/** Returns the body of a response with status 200. Redirects are not followed, so that no other server provides keys. */
async function fetchText(url: string, timeoutMs: number): Promise<string> {
  const headers = { accept: 'application/jwk-set+json, application/json' };
  const { statusCode, body } = await request(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`the key set has more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (statusCode !== 200) throw new Error(`the server of the key set responded ${statusCode}`);
  return Buffer.concat(chunks).toString();
}
