/** Reads the first `size` bytes of a source, or all if it has fewer. `whole` yields the complete source, once. */
export async function readHead(
  source: AsyncIterable<Uint8Array>,
  size: number,
): Promise<{ head: Uint8Array; whole: AsyncGenerator<Uint8Array, void> }> {
  const chunks = source[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  for (let length = 0; length < size;) {
    const next = await chunks.next();
    if (next.done) break;
    read.push(next.value);
    length += next.value.length;
  }
  async function* whole() {
    try {
      yield* read;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    } finally {
      await chunks.return?.();
    }
  }
  return { head: Buffer.concat(read).subarray(0, size), whole: whole() };
}
