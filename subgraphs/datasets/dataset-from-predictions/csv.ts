/** What a cell holds: a value of JSON; null and undefined are empty cells. */
export type Cell = unknown;

/**
 * A table as CSV (RFC 4180) in UTF-8, with a header line. Texts are kept as they are, those that a spreadsheet would take for
 * a formula too: who reads the file as data must find what was stored.
 */
export function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): Uint8Array<ArrayBuffer> {
  const lines = [header, ...rows].map((cells) => `${cells.map(cellText).join(',')}\n`);
  return new TextEncoder().encode(lines.join(''));
}

/** Where a field must be quoted: what would end it, and spaces that a reader may trim. */
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

function cellText(cell: Cell): string {
  if (cell == null) return '';
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
