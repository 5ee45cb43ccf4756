/** Decodes a body that arrived in chunks. A character may begin in one chunk and end in the next. */
export function decodeUtf8(chunks: readonly Buffer[]): string {
  const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  return bytes.toString('utf8');
}
