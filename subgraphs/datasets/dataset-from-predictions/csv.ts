/** The value of a cell: any JSON value. Null and undefined are empty cells. */
export type Cell = unknown;

/**
 * Returns a table as UTF-8 CSV (RFC 4180) with a header line. Texts are not changed, even if a spreadsheet would interpret them as
 * formulas, because programs that read the file must find the stored values.
 */
export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): Uint8Array<ArrayBuffer> {
  const lines = [header, ...rows].map((cells) => `${cells.map(cellText).join(',')}\n`);
  return new TextEncoder().encode(lines.join(''));
}

/** Matches fields that must be quoted: those with separators, quotes or line breaks, or with outer spaces that readers may trim. */
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

function cellText(cell: Cell): string {
  if (cell == null) return '';
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
