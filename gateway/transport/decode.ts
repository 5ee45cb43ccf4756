/** The text of a body that came in chunks, whose borders may cut a character in two. */
export function decode(chunks: readonly Buffer[]): string {
  const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  return bytes.toString('utf8');
}
