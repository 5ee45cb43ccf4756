/** The text that the bytes are in UTF-8; null where they are none. A byte order mark stays, for the text is what was stored. */
export function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
