/** A line of a text. */
export interface Line {
  /** The index of its first code unit. */
  readonly start: number;
  /** The index after its last code unit; the line break is not part of it. */
  readonly end: number;
  readonly text: string;
  /** The number of columns before the first character; a tab leads to the next multiple of 8. */
  readonly indent: number;
  readonly isBlank: boolean;
}

/** Divides a text into lines at `\n` or `\r\n`. */
export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length;) {
    const lineFeed = text.indexOf('\n', start);
    const next = lineFeed < 0 ? text.length : lineFeed + 1;
    let end = lineFeed < 0 ? text.length : lineFeed;
    if (end > start && text[end - 1] === '\r') end--;
    const line = text.slice(start, end);
    lines.push({ start, end, text: line, indent: indentOf(line), isBlank: line.trim() === '' });
    start = next;
  }
  return lines;
}

function indentOf(line: string): number {
  let columns = 0;
  for (const character of line) {
    if (character === ' ') columns++;
    else if (character === '\t') columns += 8 - (columns % 8);
    else break;
  }
  return columns;
}
